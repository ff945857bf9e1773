// Where the words of a map stand, so that they cover neither a mark nor each other: the same as
// platforms/reference/labels.py, which places them for the first picture. All in pixels; areas are [west, north, east, south].

export const LINE = 16;
const WIDE = 13;
const NARROW = 7.5;
const BLANK = 1;
const RINGS = [0, 16, 28, 42, 58];

export function widthOf(text) {
  return Array.from(text).reduce((sum, each) => sum + (each.codePointAt(0) < 0x2e80 ? NARROW : WIDE), 0);
}

function candidates(label) {
  const across = widthOf(label.text) / 2;
  if (label.gap) {
    const beside = label.gap + across;
    const above = label.gap + label.height / 2;
    return [[beside, 0], [-beside, 0], [0, above], [0, -above]];
  }
  return RINGS.flatMap((ring) =>
    ring
      ? [
          [0, -ring], [0, ring], [across + ring / 2, 0], [-across - ring / 2, 0],
          [across, -ring], [-across, -ring], [across, ring], [-across, ring],
        ]
      : [[0, 0]],
  );
}

function areaOf(label, dx, dy) {
  const across = widthOf(label.text) / 2 + BLANK;
  const down = label.height / 2 + BLANK;
  return [label.x + dx - across, label.y + dy - down, label.x + dx + across, label.y + dy + down];
}

function meet(one, other) {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

// The labels {text, x, y, gap, height} that find room, each with its dx and dy; the first ones first.
export function place(labels, taken, width, height) {
  const covered = [...taken];
  const found = [];
  for (const label of labels) {
    for (const [dx, dy] of candidates(label)) {
      const area = areaOf(label, dx, dy);
      const inside = area[0] >= 0 && area[1] >= 0 && area[2] <= width && area[3] <= height;
      if (inside && !covered.some((each) => meet(area, each))) {
        covered.push(area);
        found.push({ label, dx, dy });
        break;
      }
    }
  }
  return found;
}
