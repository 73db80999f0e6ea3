/**
 * Builds elements. The only door through which data reaches the document: strings always become
 * text nodes, so nothing a stranger wrote is ever read as markup.
 */

/**
 * `h("button.primary", { onclick, "aria-label": "Send" }, "Send")`.
 * The tag may carry classes. Functions under `on…` become listeners, `data` fills the dataset, other
 * values become attributes (false and null leave them out, true sets them empty).
 */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function" && key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(element.dataset, value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A stranger's text in an isolate of its own direction, so that it cannot reorder what stands around it. */
export function bdi(text, className = "") {
  return h("bdi", { dir: "auto", class: className || null }, text);
}

/** A button that looks the way `className` says and is never a submit button by accident. */
export function button(className, label, onclick, ...children) {
  return h(`button.${className}`, { type: "button", "aria-label": label || null, title: label || null, onclick }, ...children);
}

/** The name of a control that shows other things now. */
export function label(control, words) {
  for (const name of ["aria-label", "title"]) control.setAttribute(name, words);
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const motion = matchMedia("(prefers-reduced-motion: reduce)");

/** Whether this person asked for less movement. */
export function calm() {
  return motion.matches;
}

/** Draws the eye to a number that grew. Without a layout in between, so that a storm of them costs little. */
export function pop(element) {
  if (!calm()) element.animate([{ transform: "scale(1.4)" }, { transform: "none" }], { duration: 240, easing: "ease-out" });
}
