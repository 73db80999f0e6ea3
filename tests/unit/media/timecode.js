// Reads the time code of studio/media/timecode.py from RGBA pixels of a 9:16 picture.
// In a page: context.drawImage(video, 0, 0); readTimecode(context.getImageData(0, 0, w, h).data, w)
// and compare with Date.now() % 2 ** 32. Returns null when there is no code or it is damaged.
function readTimecode(rgba, width) {
  const bits = [];
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 16; column++) {
      const x = Math.floor(((column + 0.5) * width) / 16);
      const y = Math.floor(((row + 0.5) * width) / 32);
      let sum = 0;
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) sum += rgba[((y + dy) * width + x + dx) * 4 + 1];
      }
      bits.push(sum >= 25 * 128 ? 1 : 0);
    }
  }
  const number = (from, to) => bits.slice(from, to).reduce((value, bit) => value * 2 + bit, 0);
  let value = number(16, 48);
  for (const shift of [1, 2, 4, 8, 16]) value = (value ^ (value >>> shift)) >>> 0;
  let crc = 0;
  for (const shift of [24, 16, 8, 0]) {
    crc ^= (value >>> shift) & 0xff;
    for (let i = 0; i < 8; i++) crc = (crc & 0x80 ? (crc << 1) ^ 0x07 : crc << 1) & 0xff;
  }
  return number(0, 8) === 0b10110010 && number(8, 16) === crc ? value : null;
}

if (typeof module !== "undefined") module.exports = { readTimecode };
