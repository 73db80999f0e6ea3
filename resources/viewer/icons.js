/**
 * The drawn icons this page uses: the same shapes as `resources/icons`, as data, so that they take the
 * colour of their text and need no request each. A test checks that the two stay the same.
 */

const SHAPES = {
  bell: [
    ["path", { d: "M12 3a6.25 6.25 0 0 0-6.25 6.25c0 3.3-.9 5.15-1.9 6.45a.85.85 0 0 0 .65 1.4h15a.85.85 0 0 0 .65-1.4c-1-1.3-1.9-3.15-1.9-6.45A6.25 6.25 0 0 0 12 3zM9.5 20.25a2.9 2.9 0 0 0 5 0" }],
  ],
  chat: [
    ["path", { d: "M15.5 12.75H8.2l-3.3 2.9a.55.55 0 0 1-.9-.4V5.75A2.25 2.25 0 0 1 6.25 3.5h9.25a2.25 2.25 0 0 1 2.25 2.25v4.75a2.25 2.25 0 0 1-2.25 2.25z", transform: "translate(-1.25 -.25)" }],
    ["path", { d: "M8 16.25v.25a2.25 2.25 0 0 0 2.25 2.25h6.3l2.9 2.3a.5.5 0 0 0 .8-.4v-9.4A2.25 2.25 0 0 0 19.5 9.1" }],
  ],
  check: [
    ["path", { d: "M4.5 12.75l5 5L19.75 7" }],
  ],
  "chevron-down": [
    ["path", { d: "M5.5 9l6.5 6.5L18.5 9" }],
  ],
  "chevron-left": [
    ["path", { d: "M15 5.5L8.5 12l6.5 6.5" }],
  ],
  clock: [
    ["circle", { cx: "12", cy: "12", r: "9.25" }],
    ["path", { d: "M12 6.75V12.25l3.6 2.1" }],
  ],
  close: [
    ["path", { d: "M5.75 5.75l12.5 12.5M18.25 5.75l-12.5 12.5" }],
  ],
  coin: [
    ["circle", { cx: "12", cy: "12", r: "9.25" }],
    ["path", { d: "M12 7.6l4 4.4-4 4.4L8 12z", fill: "currentColor", "stroke-width": "1.2" }],
  ],
  copy: [
    ["rect", { x: "8.5", y: "8.5", width: "12.25", height: "12.25", rx: "2.5" }],
    ["path", { d: "M5.5 15.5A2.25 2.25 0 0 1 3.25 13.25v-7.5A2.5 2.5 0 0 1 5.75 3.25h7.5A2.25 2.25 0 0 1 15.5 5.5" }],
  ],
  crown: [
    ["path", { d: "M4.75 17.5 3 7.4a.6.6 0 0 1 .95-.6L8 9.9l3.4-5.3a.7.7 0 0 1 1.2 0L16 9.9l4.05-3.1a.6.6 0 0 1 .95.6L19.25 17.5zM5 20.75h14" }],
  ],
  diamond: [
    ["path", { d: "M11.1 2.6 3.2 11.1a1.3 1.3 0 0 0 0 1.8l7.9 8.5a1.25 1.25 0 0 0 1.8 0l7.9-8.5a1.3 1.3 0 0 0 0-1.8l-7.9-8.5a1.25 1.25 0 0 0-1.8 0z", fill: "currentColor", stroke: "none" }],
  ],
  error: [
    ["path", { d: "M8.7 2.75h6.6a1.5 1.5 0 0 1 1.06.44l4.45 4.45a1.5 1.5 0 0 1 .44 1.06v6.6a1.5 1.5 0 0 1-.44 1.06l-4.45 4.45a1.5 1.5 0 0 1-1.06.44H8.7a1.5 1.5 0 0 1-1.06-.44l-4.45-4.45a1.5 1.5 0 0 1-.44-1.06V8.7a1.5 1.5 0 0 1 .44-1.06l4.45-4.45a1.5 1.5 0 0 1 1.06-.44zM12 7.5v5.5" }],
    ["circle", { cx: "12", cy: "16.4", r: "1.15", fill: "currentColor", stroke: "none" }],
  ],
  eye: [
    ["path", { d: "M2.4 12.6a1.4 1.4 0 0 1 0-1.2C4.1 7.9 7.7 5.25 12 5.25s7.9 2.65 9.6 6.15a1.4 1.4 0 0 1 0 1.2c-1.7 3.5-5.3 6.15-9.6 6.15s-7.9-2.65-9.6-6.15z" }],
    ["circle", { cx: "12", cy: "12", r: "3" }],
  ],
  fan: [
    ["path", { d: "M12 2.75l7.5 2.5v6c0 4.6-3 8-7.5 10-4.5-2-7.5-5.4-7.5-10v-6z" }],
    ["path", { d: "M12 15.5c-2.2-1.5-3.5-2.8-3.5-4.4A1.85 1.85 0 0 1 12 10a1.85 1.85 0 0 1 3.5 1.1c0 1.6-1.3 2.9-3.5 4.4z" }],
  ],
  follow: [
    ["circle", { cx: "9.5", cy: "7.75", r: "4" }],
    ["path", { d: "M2.5 20.25c.3-3.9 3.2-6 7-6s6.7 2.1 7 6M18.75 8v6M15.75 11h6" }],
  ],
  gift: [
    ["rect", { x: "3", y: "8", width: "18", height: "4.25", rx: "1.3" }],
    ["path", { d: "M4.75 12.25v6A2.5 2.5 0 0 0 7.25 20.75h9.5a2.5 2.5 0 0 0 2.5-2.5v-6M12 8v12.75M12 8C9.5 8 6.5 7.3 6.5 5.1 6.5 3.8 7.5 3 8.6 3 11 3 12 6 12 8zM12 8c2.5 0 5.5-.7 5.5-2.9C17.5 3.8 16.5 3 15.4 3 13 3 12 6 12 8z" }],
  ],
  globe: [
    ["circle", { cx: "12", cy: "12", r: "9.25" }],
    ["path", { d: "M2.9 12h18.2M12 2.75c2.6 2.7 3.9 5.8 3.9 9.25S14.6 18.55 12 21.25C9.4 18.55 8.1 15.45 8.1 12S9.4 5.45 12 2.75z" }],
  ],
  goal: [
    ["circle", { cx: "12", cy: "12", r: "9.25" }],
    ["circle", { cx: "12", cy: "12", r: "5.25" }],
    ["circle", { cx: "12", cy: "12", r: "1.6", fill: "currentColor", stroke: "none" }],
  ],
  heart: [
    ["path", { d: "M12 20.4c-.3 0-.6-.1-.8-.3C6.3 16.2 2.75 13.1 2.75 9.1 2.75 6.2 5 4 7.7 4c1.7 0 3.3.9 4.3 2.3C13 4.9 14.6 4 16.3 4c2.7 0 4.95 2.2 4.95 5.1 0 4-3.55 7.1-8.45 11-.2.2-.5.3-.8.3z" }],
  ],
  "heart-filled": [
    ["path", { d: "M12 20.4c-.3 0-.6-.1-.8-.3C6.3 16.2 2.75 13.1 2.75 9.1 2.75 6.2 5 4 7.7 4c1.7 0 3.3.9 4.3 2.3C13 4.9 14.6 4 16.3 4c2.7 0 4.95 2.2 4.95 5.1 0 4-3.55 7.1-8.45 11-.2.2-.5.3-.8.3z", fill: "currentColor" }],
  ],
  info: [
    ["circle", { cx: "12", cy: "12", r: "9.25" }],
    ["path", { d: "M12 11.25v5.5" }],
    ["circle", { cx: "12", cy: "7.75", r: "1.15", fill: "currentColor", stroke: "none" }],
  ],
  "live-dot": [
    ["circle", { cx: "12", cy: "12", r: "5.5", fill: "currentColor", stroke: "none" }],
  ],
  lock: [
    ["rect", { x: "4.5", y: "10.5", width: "15", height: "10.25", rx: "2.5" }],
    ["path", { d: "M8 10.5V7a4 4 0 0 1 8 0v3.5" }],
  ],
  logo: [
    ["circle", { cx: "12", cy: "12", r: "9.6", "stroke-width": "1.8" }],
    ["circle", { cx: "12", cy: "12", r: "6.2", fill: "currentColor", stroke: "none" }],
  ],
  more: [
    ["circle", { cx: "5", cy: "12", r: "1.75", fill: "currentColor", stroke: "none" }],
    ["circle", { cx: "12", cy: "12", r: "1.75", fill: "currentColor", stroke: "none" }],
    ["circle", { cx: "19", cy: "12", r: "1.75", fill: "currentColor", stroke: "none" }],
  ],
  mute: [
    ["path", { d: "M4 9.25h2.9l4.2-3.9a.7.7 0 0 1 1.15.5v12.3a.7.7 0 0 1-1.15.5l-4.2-3.9H4A1.25 1.25 0 0 1 2.75 13.5v-3A1.25 1.25 0 0 1 4 9.25zM16.25 9.5l5 5M21.25 9.5l-5 5" }],
  ],
  pin: [
    ["path", { d: "M8.5 3.25h7M9.75 3.25v6.1l-3.2 3.3a1 1 0 0 0-.3.7v.9a.6.6 0 0 0 .6.6h10.3a.6.6 0 0 0 .6-.6v-.9a1 1 0 0 0-.3-.7l-3.2-3.3v-6.1M12 14.85V21.25" }],
  ],
  play: [
    ["path", { d: "M6.5 4.9v14.2a1 1 0 0 0 1.5.85l12-7.1a1 1 0 0 0 0-1.7L8 4.05a1 1 0 0 0-1.5.85z" }],
  ],
  plus: [
    ["path", { d: "M12 4.5v15M4.5 12h15" }],
  ],
  poll: [
    ["path", { d: "M4.5 5.5h15M4.5 12h9.5M4.5 18.5h12" }],
    ["path", { d: "M4.5 3.5v17" }],
  ],
  question: [
    ["circle", { cx: "12", cy: "12", r: "9.25" }],
    ["path", { d: "M9.3 9.4A2.75 2.75 0 0 1 12 7.25c1.5 0 2.75 1.05 2.75 2.5 0 2.05-2.75 2.3-2.75 4.15" }],
    ["circle", { cx: "12", cy: "16.9", r: "1.15", fill: "currentColor", stroke: "none" }],
  ],
  refresh: [
    ["path", { d: "M20.5 4v5.25h-5.25M20.1 9.1A8.75 8.75 0 1 0 20.7 13.2" }],
  ],
  send: [
    ["path", { d: "M4.2 3.5 20.7 11.3a.8.8 0 0 1 0 1.4L4.2 20.5a.6.6 0 0 1-.8-.75L5.75 12 3.4 4.25a.6.6 0 0 1 .8-.75zM5.75 12H12" }],
  ],
  share: [
    ["path", { d: "M13.6 4.3a.7.7 0 0 1 1.2-.5l6.1 6a1 1 0 0 1 0 1.4l-6.1 6a.7.7 0 0 1-1.2-.5v-3c-4.7-.1-7.6 1.3-9.7 4.6-.3.5-1 .3-1-.3.2-5.7 3.9-9.9 10.7-10.5z" }],
  ],
  shield: [
    ["path", { d: "M12 2.75 4.5 5.5v5.7c0 4.7 3 8.1 7.5 10.05 4.5-1.95 7.5-5.35 7.5-10.05V5.5z" }],
    ["path", { d: "M8.5 11.75l2.6 2.6 4.5-4.7" }],
  ],
  "sign-out": [
    ["path", { d: "M10 3.5H6A2.5 2.5 0 0 0 3.5 6v12A2.5 2.5 0 0 0 6 20.5h4M15.75 7.25l4.75 4.75-4.75 4.75M20 12H9" }],
  ],
  ticket: [
    ["path", { d: "M3.5 9V7.25A1.75 1.75 0 0 1 5.25 5.5h13.5a1.75 1.75 0 0 1 1.75 1.75V9a3 3 0 0 0 0 6v1.75a1.75 1.75 0 0 1-1.75 1.75H5.25a1.75 1.75 0 0 1-1.75-1.75V15a3 3 0 0 0 0-6z" }],
    ["path", { d: "M14 8.25v1.5M14 14.25v1.5M14 11.25v1.5" }],
  ],
  treasure: [
    ["path", { d: "M3.5 11.25v-2A4.25 4.25 0 0 1 7.75 5h8.5a4.25 4.25 0 0 1 4.25 4.25v2zM3.5 11.25h17v6.5a1.75 1.75 0 0 1-1.75 1.75H5.25A1.75 1.75 0 0 1 3.5 17.75z" }],
    ["rect", { x: "9.75", y: "9.5", width: "4.5", height: "4.5", rx: "1" }],
  ],
  user: [
    ["circle", { cx: "12", cy: "7.75", r: "4.25" }],
    ["path", { d: "M4 20.75c.4-4.1 3.6-6.25 8-6.25s7.6 2.15 8 6.25" }],
  ],
  users: [
    ["circle", { cx: "9", cy: "8.25", r: "3.75" }],
    ["path", { d: "M2 20.25c.3-3.7 3.2-5.75 7-5.75s6.7 2.05 7 5.75M15.75 4.85a3.6 3.6 0 0 1 0 6.8M18.25 15.2c2.2.8 3.5 2.5 3.75 5.05" }],
  ],
  volume: [
    ["path", { d: "M4 9.25h2.9l4.2-3.9a.7.7 0 0 1 1.15.5v12.3a.7.7 0 0 1-1.15.5l-4.2-3.9H4A1.25 1.25 0 0 1 2.75 13.5v-3A1.25 1.25 0 0 1 4 9.25zM15.75 9.25a4 4 0 0 1 0 5.5M18.5 6.5a7.8 7.8 0 0 1 0 11" }],
  ],
  warning: [
    ["path", { d: "M10.3 3.9 2.6 17.6A1.95 1.95 0 0 0 4.3 20.5h15.4a1.95 1.95 0 0 0 1.7-2.9L13.7 3.9a1.95 1.95 0 0 0-3.4 0zM12 9v4.5" }],
    ["circle", { cx: "12", cy: "16.9", r: "1.15", fill: "currentColor", stroke: "none" }],
  ],
};

const SVG = "http://www.w3.org/2000/svg";

/** An icon as an SVG element. It says nothing to a screen reader: the control around it has the name. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  const frame = {
    viewBox: "0 0 24 24",
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "1.75",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
    class: className,
  };
  for (const [key, value] of Object.entries(frame)) svg.setAttribute(key, value);
  for (const [tag, attributes] of SHAPES[name]) {
    const shape = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    svg.append(shape);
  }
  return svg;
}
