/** Notes as they are kept in the browser: one list for each region, in one entry of localStorage. */

export interface Note {
  id: string;
  title: string;
  text: string;
  /** Path and query of the pinned view on this website, or empty. */
  url: string;
  /** Release of the figures the view shows, or empty. */
  release: string;
  /** When it was kept, ISO 8601. */
  kept: string;
}

/** What is needed of localStorage; a test hands over a plain one. */
export type Shelf = Pick<Storage, "getItem" | "setItem">;

const VERSION = 1;
const LONGEST = { title: 200, text: 5000, url: 2000 } as const;
const MOST = 500;
const key = (region: string): string => `raumwerk:notes:${region}`;

/** Reads the notes of a region; what somebody else wrote into the entry is left out, never trusted. */
export function readNotes(shelf: Shelf, region: string): Note[] {
  return parseNotes(shelf.getItem(key(region)));
}

/** Writes the notes of a region; false when the browser has no room or forbids it. */
export function writeNotes(shelf: Shelf, region: string, notes: readonly Note[]): boolean {
  try {
    shelf.setItem(key(region), toJson(notes));
    return true;
  } catch {
    return false;
  }
}

/** Notes from the text of a file or entry; an empty list when it holds none. */
export function parseNotes(text: string | null): Note[] {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "");
  } catch {
    return [];
  }
  const list = isRecord(found) && found.version === VERSION && Array.isArray(found.notes) ? found.notes : [];
  return list.flatMap((each: unknown) => (isRecord(each) ? [cleaned(each)] : [])).slice(0, MOST);
}

export function toJson(notes: readonly Note[]): string {
  return JSON.stringify({ version: VERSION, notes }, null, 2);
}

/** Notes for reading: headings, addresses, text. `origin` stands before the addresses. */
export function toText(notes: readonly Note[], origin: string): string {
  const parts = notes.map((note) =>
    [`## ${note.title}`, note.url && `${origin}${note.url}`, note.text].filter((line) => line !== "").join("\n\n"),
  );
  return parts.join("\n\n");
}

export function newNote(fields: Partial<Note>, now = new Date()): Note {
  return cleaned({ id: crypto.randomUUID(), kept: now.toISOString(), ...fields });
}

/** Adds notes in front; one that is there already, by its id, is replaced. */
export function merged(notes: readonly Note[], more: readonly Note[]): Note[] {
  const ids = new Set(more.map((note) => note.id));
  return [...more, ...notes.filter((note) => !ids.has(note.id))].slice(0, MOST);
}

/** Path and query of an address of this website with its release named, so that it shows the same figures later. */
export function pinned(address: string, release: string): string {
  const url = new URL(address);
  if (release !== "" && !url.searchParams.has("release")) url.searchParams.set("release", release);
  return `${url.pathname}${url.search}`;
}

function cleaned(raw: Record<string, unknown> | Partial<Note>): Note {
  const fields = raw as Record<string, unknown>;
  const text = (name: string, longest: number): string => {
    const value = fields[name];
    return typeof value === "string" ? value.slice(0, longest) : "";
  };
  const url = text("url", LONGEST.url);
  return {
    id: text("id", 60) || crypto.randomUUID(),
    title: text("title", LONGEST.title),
    text: text("text", LONGEST.text),
    // Only paths of this website: an address from a loaded file must not lead elsewhere or run anything.
    url: /^\/(?![/\\])/.test(url) ? url : "",
    release: text("release", 40),
    kept: Number.isNaN(Date.parse(text("kept", 40))) ? "" : text("kept", 40),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
