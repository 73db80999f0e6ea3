// When the page flashes and when it beeps, in seconds of media time (and on the page's own clock).
// Runs in a page that plays until `wanted` beeps were heard well, at most for `seconds`.
async ([wanted, seconds]) => {
  const video = document.querySelector("video");
  const context = new AudioContext({ sampleRate: 48000 });
  await context.resume();
  const analyser = new AnalyserNode(context, { fftSize: 4096 });
  context.createMediaElementSource(video).connect(analyser).connect(context.destination);
  video.muted = false;
  video.volume = 1;
  const canvas = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true });
  const found = { flashes: [], beeps: [], sound: 0, pictures: 0 };
  let lit = true;
  const seen = (now, frame) => {
    canvas.drawImage(video, 0, 0, 8, 8);
    const bright = canvas.getImageData(4, 4, 1, 1).data[1] > 128;
    if (bright && !lit) found.flashes.push([frame.mediaTime, frame.expectedDisplayTime / 1000]);
    lit = bright;
    found.pictures += 1;
    video.requestVideoFrameCallback(seen);
  };
  video.requestVideoFrameCallback(seen);
  const samples = new Float32Array(analyser.fftSize);
  let quietUntil = 0, before = 0;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && found.beeps.length < wanted) {
    await new Promise((resolve) => setTimeout(resolve, 4));
    analyser.getFloatTimeDomainData(samples);
    const now = performance.now() / 1000, media = video.currentTime;
    const late = now - before > 0.02; // a busy machine: what belongs to which moment is not known well
    before = now;
    const loud = samples.findIndex((value) => Math.abs(value) > 0.1);
    if (loud < 0) continue;
    found.sound += 1;
    const ago = (samples.length - loud) / context.sampleRate;
    // Only a beep whose begin lies within the samples: before it there was silence.
    if (loud > 480 && now - ago > quietUntil && !late) found.beeps.push([media - ago, now - ago]);
    quietUntil = now + 0.3;
  }
  await new Promise((resolve) => setTimeout(resolve, 500)); // the flash of the last beep
  return found;
}
