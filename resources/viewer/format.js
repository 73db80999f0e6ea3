/** Numbers, times and names as people read them. Pure functions. */

const whole = new Intl.NumberFormat("en-US");

/** 31480 -> "31,480". */
export function count(value) {
  return whole.format(value);
}

/** 48213 -> "48.2K". Never rounds up, like the studio. */
export function short(value) {
  for (const [limit, unit, suffix] of [[1e9, 1e9, "B"], [1e6, 1e6, "M"], [1e4, 1e3, "K"]]) {
    if (value < limit) continue;
    const tenths = Math.floor((value * 10) / unit);
    return `${whole.format(Math.floor(tenths / 10))}${tenths % 10 && tenths < 10_000 ? `.${tenths % 10}` : ""}${suffix}`;
  }
  return whole.format(value);
}

/** 990000 micro-dollars -> "$0.99". Money stays an integer up to here. */
export function dollars(micro) {
  const cents = Math.floor(micro / 10_000);
  return `$${whole.format(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, "0")}`;
}

/** Milliseconds -> "42:17" or "1:02:03". */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600);
  return hours ? `${hours}:${parts.join(":")}` : parts.join(":").replace(/^0(?=\d:)/, "");
}

/** 1 -> "1 viewer", 2 -> "2 viewers". */
export function plural(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const SPANS = [[86_400, "day"], [3_600, "hour"], [60, "minute"], [1, "second"]];

/** Seconds -> "10 minutes": the largest unit that fits, rounded up, as the server says it. */
export function span(seconds) {
  const [size, unit] = SPANS.find(([most]) => seconds >= most) ?? SPANS.at(-1);
  return plural(Math.ceil(seconds / size), unit);
}

/** What a person is called on screen. */
export function nameOf(person) {
  return person.name || person.handle || "someone";
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The first letter a reader would see: one grapheme, not half an emoji. */
export function initialOf(person) {
  const first = graphemes.segment(nameOf(person).trimStart())[Symbol.iterator]().next();
  return first.done ? "?" : first.value.segment.toLocaleUpperCase();
}

/** One of the avatar colours: the same for a person every time, and the same as in the studio (CRC-32 of the id). */
export function hueOf(person) {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(person.id || person.handle || "?")) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ((crc ^ 0xffffffff) >>> 0) % 9;
}

/** Characters as the server counts them: code points, not UTF-16 units. */
export function length(text) {
  return [...text].length;
}
