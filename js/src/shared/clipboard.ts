import { create } from "./dom";

/** Copy `text`; false where neither way of copying is allowed. `host` is where a field may stand for a moment. */
export async function copyText(text: string, host: HTMLElement): Promise<boolean> {
  try {
    // Only there where the page came over a secure connection or from this machine.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, host);
  }
}

function copySelected(text: string, host: HTMLElement): boolean {
  // Within a shadow root the document knows only of the root's host.
  const focused = (host.getRootNode() as Document | ShadowRoot).activeElement;
  const field = create("textarea", "lv-unseen", { "aria-hidden": "true", tabindex: "-1" });
  field.value = text;
  host.append(field);
  field.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    // Refused: the caller shows the text instead.
  }
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}
