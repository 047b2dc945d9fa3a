/** As a ref: what appears after a click takes the focus, so that it is seen, read aloud, and next by keyboard. */
export const takeFocus = (element: HTMLElement | null) => element?.focus();
