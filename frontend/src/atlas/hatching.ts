/** The pattern of areas without a value: hatched, so that nobody takes them for a low one. */

let pattern: CanvasPattern | string | null = null;

export function hatching(): CanvasPattern | string {
  if (pattern !== null) return pattern;
  const size = 8;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return (pattern = "#eeeeee");
  pen.fillStyle = "#f6f6f4";
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = "#a9a9a2";
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(0, size);
  pen.lineTo(size, 0);
  pen.stroke();
  return (pattern = pen.createPattern(canvas, "repeat") ?? "#eeeeee");
}
