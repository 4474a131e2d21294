// Pages made by `to_html` stand in frames. Each says how tall it is, and is told the theme of this page.

{
  const frames = () => [...document.querySelectorAll("iframe.live")];

  function theme() {
    const said = document.documentElement.dataset.theme;
    if (said === "light" || said === "dark") return said;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  function tellTheme(frame) {
    frame.contentWindow?.postMessage({ lstmvis: { theme: theme() } }, "*");
  }

  function tellAll() {
    for (const frame of frames()) tellTheme(frame);
  }

  addEventListener("message", ({ source, data }) => {
    const height = data?.lstmvis?.height;
    const frame = frames().find((each) => each.contentWindow === source);
    if (!frame || !(height > 0)) return;
    frame.style.height = `${height}px`;
    frame.dataset.fits = "true";
    tellTheme(frame);
  });

  new MutationObserver(tellAll).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme"],
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellAll);
  // A page that was there before this script has said its height to nobody.
  for (const frame of frames()) {
    frame.addEventListener("load", () => tellTheme(frame));
    tellTheme(frame);
  }
}
