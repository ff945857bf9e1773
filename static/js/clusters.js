// Marks that would lie on one another become one with their number: the same as platforms/reference/clusters.py, which
// draws the first picture. Points are {x, y} in units of the drawing.

const BESIDE = 30;

export function gather(points, apart) {
  const marks = [];
  const cells = new Map();
  for (const point of points) {
    const column = Math.floor(point.x / apart);
    const row = Math.floor(point.y / apart);
    let nearest = null;
    let least = apart * apart;
    for (let across = column - 1; across <= column + 1; across += 1) {
      for (let down = row - 1; down <= row + 1; down += 1) {
        for (const mark of cells.get(`${across},${down}`) ?? []) {
          const square = (point.x - mark.x) * (point.x - mark.x) + (point.y - mark.y) * (point.y - mark.y);
          if (square < least) {
            nearest = mark;
            least = square;
          }
        }
      }
    }
    if (nearest) {
      nearest.points.push(point);
      continue;
    }
    const mark = { x: point.x, y: point.y, points: [point] };
    const cell = `${column},${row}`;
    if (!cells.has(cell)) {
      cells.set(cell, []);
    }
    cells.get(cell).push(mark);
    marks.push(mark);
  }
  return marks;
}

// How far from a shared spot each of so many marks stands, in pixels.
export function fan(count) {
  if (count === 1) {
    return [[0, 0]];
  }
  const radius = Math.max(BESIDE / 2 / Math.sin(Math.PI / count), BESIDE / 2);
  return Array.from({ length: count }, (_, place) => {
    const turn = (2 * Math.PI * place) / count;
    return [radius * Math.sin(turn), -radius * Math.cos(turn)];
  });
}
