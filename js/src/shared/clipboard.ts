import { create } from "./dom";

/** Copy `text`. Returns false if copying is not allowed. A hidden field may be put into `host` for a moment. */
export async function copyText(text: string, host: HTMLElement): Promise<boolean> {
  try {
    // Browsers offer this only to pages from a secure connection or from this machine.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, host);
  }
}

function copySelected(text: string, host: HTMLElement): boolean {
  // For elements in a shadow root, `document.activeElement` is the root's host.
  const focused = (host.getRootNode() as Document | ShadowRoot).activeElement;
  const field = create("textarea", "lv-unseen", { "aria-hidden": "true", tabindex: "-1" });
  field.value = text;
  host.append(field);
  field.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    // The caller shows the text instead.
  }
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}
