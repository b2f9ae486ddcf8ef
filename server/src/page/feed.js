// A list that the server tells page by page, the newest first: what is known of it, and how it is kept fresh.
// Draws nothing.

const PAGE = 50;

/**
 * `load(cursor, limit)` answers a page: `{ items, next, total, evicted }`; `key(item)` is what it is known by; an item
 * that moves up when something is added to it has another `mark(item)` then. What is asked is asked one after the other,
 * so that no answer overtakes another.
 */
export class Feed {
  constructor({ load, key, mark = key }) {
    this.load = load;
    this.key = key;
    this.mark = mark;
    this.turn = Promise.resolve();
    this.forget();
  }

  /** Nothing is known. */
  forget() {
    this.age = (this.age ?? 0) + 1;
    this.items = [];
    this.places = new Map();
    /** Where one can go on: the cursor behind an item, by its mark. */
    this.marks = new Map();
    /** The cursor of the next page; `undefined`: nothing was asked, `null`: this is the end. */
    this.next = undefined;
    this.total = null;
    this.evicted = 0;
  }

  /** The place of an item; -1 if it is not known. */
  indexOf(key) {
    return this.places.get(key) ?? -1;
  }

  /** The newest page. Answers how many are new. */
  head() {
    return this.after(null, 0);
  }

  /** The next page. */
  more() {
    return this.inTurn(async (still) => {
      if (this.next === null) {
        return;
      }
      const page = await this.load(this.next ?? null, PAGE);
      if (still()) {
        const known = page.items.filter((item) => !this.places.has(this.key(item)));
        this.take(page, [...this.items, ...known]);
        this.next = page.next;
      }
    });
  }

  /** The items from one place to another, once more. Answers how many new ones came before them all. */
  around(first, last) {
    for (let at = Math.min(first, this.items.length) - 1; at >= 0; at -= 1) {
      const cursor = this.marks.get(this.mark(this.items[at]));
      if (cursor !== undefined) {
        return this.after(cursor, at + 1, Math.min(200, last - at));
      }
    }
    return this.after(null, 0, Math.min(200, Math.max(PAGE, last + 1)));
  }

  /** The page behind a cursor, in the place of what was known from `start` on up to its last item. */
  after(cursor, start, limit = PAGE) {
    return this.inTurn(async (still) => {
      const page = await this.load(cursor, limit);
      if (!still()) {
        return 0;
      }
      const first = this.next === undefined;
      const known = new Set(this.items.map(this.mark));
      const fresh = page.items.filter((item) => !known.has(this.mark(item))).length;
      const last = page.items.at(-1);
      const end = last === undefined ? -1 : this.indexOf(this.key(last));
      // Without a common item nobody knows what lies between the page and what was known.
      const joined = page.next !== null && end >= start;
      const rest = joined ? this.items.slice(end + 1) : [];
      this.take(page, [...this.items.slice(0, start), ...page.items, ...rest]);
      if (!joined) {
        this.next = page.next;
      }
      return first || start > 0 ? 0 : fresh;
    });
  }

  take(page, items) {
    // What has moved up is no longer where it was.
    const newest = new Map();
    for (const item of items) {
      const key = this.key(item);
      if (!newest.has(key)) {
        newest.set(key, item);
      }
    }
    this.items = [...newest.values()];
    this.places = new Map(this.items.map((item, at) => [this.key(item), at]));
    this.total = page.total ?? null;
    this.evicted = page.evicted ?? 0;
    const last = page.items.at(-1);
    if (last !== undefined && page.next !== null) {
      this.marks.set(this.mark(last), page.next);
    }
  }

  inTurn(work) {
    const age = this.age;
    const still = () => age === this.age;
    const turn = this.turn.then(() => (still() ? work(still) : 0));
    this.turn = turn.catch(() => {});
    return turn;
  }
}
