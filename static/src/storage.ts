/** Texts that the browser keeps for a page; without storage the next page begins anew. */

// Where storage isn't allowed, naming it is an error already.
export const perTab = (): Storage => sessionStorage;
export const always = (): Storage => localStorage;

/** What `always` keeps, in the words of a `Storage`. */
export const shelf = {
  getItem: (key: string): string | null => kept(always, key),
  setItem: (key: string, text: string): void => {
    keep(always, key, text);
  },
  removeItem: (key: string): void => {
    keep(always, key, undefined);
  },
};

export function kept(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

export function keep(storage: () => Storage, key: string, text: string | undefined): void {
  try {
    if (text === undefined) storage().removeItem(key);
    else storage().setItem(key, text);
  } catch {
    // Without storage the next page begins anew.
  }
}
