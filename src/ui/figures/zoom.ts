/** How much larger than its own pixels an element is drawn: class mode zooms. */
export const zoomOf = (element: Element): number => element.currentCSSZoom ?? 1;
