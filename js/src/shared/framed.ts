import { heightInWindow } from "./place";

/** What a saved page and the page around its frame say to each other, each under the key `lstmvis`. */
interface Said {
  /** The page's own height, in its pixels: the frame that fits needs no scroll bar. */
  height?: number;
  /** The theme around the frame. The page asks for it with its first height. */
  theme?: "light" | "dark";
}

/** In a frame, tell the page around it how tall `content` is, now and when that changes, and take over its theme. */
export function joinPageAround(content: HTMLElement): void {
  if (window.parent === window) return;
  const tell = () => {
    const said: Said = { height: Math.ceil(heightInWindow(content)) };
    window.parent.postMessage({ lstmvis: said }, "*");
  };
  window.addEventListener("message", ({ source, data }: MessageEvent<{ lstmvis?: Said } | null>) => {
    const theme = source === window.parent ? data?.lstmvis?.theme : undefined;
    const { dataset } = document.documentElement;
    if ((theme !== "light" && theme !== "dark") || theme === dataset.theme) return;
    dataset.theme = theme;
    tell(); // the page around may have missed what was said before it listened
  });
  new ResizeObserver(tell).observe(content);
}
