import type {PassageScale} from '../protocol/messages.ts';
import {boxesOf, bringIntoView} from './highlights/geometry.ts';
import {isOperable, listen} from './highlights/gestures.ts';
import {type Hit, spansOf, spotAtPoint} from './highlights/hit-test.ts';
import {Canvas} from './highlights/paint.ts';
import {Card, spokenCard} from './overlay/card.tsx';
import {Legend} from './overlay/legend.tsx';
import {Overlay} from './overlay/overlay.tsx';
import {Passage} from './passage.ts';
import type {TextMap} from './text-map/text-map.ts';

/** How long a pointer must rest on a token before its card takes another's place: it may be on its way to the card. */
const REST = 150;

interface Actions {
	/** Score (again), until the signal says stop. The passage is told of what arrives. */
	score(passage: Passage, signal: AbortSignal): Promise<void>;
	continueFrom(text: string): void;
	/** Whether the extension is still there. */
	isAlive(): boolean;
	/** The scale was switched here. */
	onScale(scale: PassageScale): void;
}

interface Open extends Hit {
	token: number;
	pinned: boolean;
}

/** All that is painted in one frame, with its legend and card. Listens to the page only while something is painted. */
export class PaintedPage {
	readonly #document: Document;
	readonly #actions: Actions;
	readonly #overlay: Overlay;
	// Names that no style sheet of a page can know beforehand.
	readonly #prefix = `next-token-lens-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}-`;
	readonly #canvases = new Map<Document, Canvas>();
	readonly #passages = new Map<Passage, AbortController>();
	#listening = new AbortController();
	readonly #listened = new Set<Document>();
	#scale: PassageScale = 'rank';
	#active: Passage | null = null;
	#open: Open | null = null;
	#folded = false;
	#contested = false;
	#pointerInside = false;
	#rest: ReturnType<typeof setTimeout> | undefined;
	#frame = 0;

	constructor(document: Document, actions: Actions) {
		this.#document = document;
		this.#actions = actions;
		this.#overlay = new Overlay(document);
	}

	get count() {
		return this.#passages.size;
	}

	/** Paint a text of the page as its scores arrive. */
	paint(map: TextMap, scale: PassageScale) {
		this.rescale(scale);
		const passage = new Passage({
			map,
			scale,
			canvasOf: document => this.#canvasOf(document),
			onGone: () => this.clear(passage),
		});
		// A passage painted over another takes its place.
		for (const other of [...this.#passages.keys()]) if (other.map.overlaps(map)) this.clear(other);
		this.#passages.set(passage, new AbortController());
		this.#active = passage;
		for (const document of [this.#document, ...passage.documents]) this.#listen(document);
		this.#score(passage);
		this.#draw();
		this.#overlay.find('.legend-box')?.focus({preventScroll: true});
	}

	rescale(scale: PassageScale) {
		if (scale === this.#scale) return;
		this.#scale = scale;
		for (const passage of this.#passages.keys()) passage.rescale(scale);
		this.#draw();
	}

	clear(passage: Passage) {
		this.#passages.get(passage)?.abort();
		this.#passages.delete(passage);
		if (this.#open?.passage === passage) this.#close();
		passage.dispose();
		if (this.#active === passage) this.#active = [...this.#passages.keys()].at(-1) ?? null;
		if (this.#passages.size === 0) this.#leave();
		else this.#draw();
	}

	/** Leave the page as it was. */
	clearAll() {
		for (const passage of [...this.#passages.keys()]) this.clear(passage);
		this.#leave();
	}

	#leave() {
		clearTimeout(this.#rest);
		cancelAnimationFrame(this.#frame);
		this.#open = null;
		this.#listening.abort();
		this.#listening = new AbortController();
		this.#listened.clear();
		for (const canvas of this.#canvases.values()) canvas.dispose();
		this.#canvases.clear();
		this.#overlay.remove();
	}

	#canvasOf(document: Document) {
		let canvas = this.#canvases.get(document);
		if (!canvas) {
			canvas = new Canvas(document, this.#prefix);
			this.#canvases.set(document, canvas);
		}
		return canvas;
	}

	async #score(passage: Passage) {
		const abort = new AbortController();
		this.#passages.set(passage, abort);
		try {
			await this.#actions.score(passage, abort.signal);
		} finally {
			this.#draw();
		}
	}

	/** Something arrived or changed: show it with the next frame. */
	changed() {
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			this.#draw();
		});
	}

	#listen(document: Document) {
		if (this.#listened.has(document)) return;
		this.#listened.add(document);
		listen(document, this.#listening.signal, {
			isAlive: () => this.#actions.isAlive(),
			dead: () => this.clearAll(),
			pointermove: event => this.#point(document, event),
			click: event => this.#click(document, event),
			keydown: event => this.#key(event),
			scroll: event => this.#scroll(event),
			resize: () => this.changed(),
		});
	}

	#hit(document: Document, {clientX, clientY}: MouseEvent) {
		for (const canvas of this.#canvases.values()) this.#contested = !canvas.restore() || this.#contested;
		return spotAtPoint([...this.#passages.keys()], document, clientX, clientY);
	}

	#point(document: Document, event: PointerEvent) {
		if (event.pointerType === 'touch' || this.#overlay.isHost(event.target) || this.#open?.pinned) return;
		const hit = this.#hit(document, event);
		clearTimeout(this.#rest);
		if (hit?.spot === this.#open?.spot) return;
		const change = () => {
			if (this.#pointerInside) return;
			if (hit) this.#show(hit, hit.spot.first, false);
			else this.#close();
		};
		if (this.#open) this.#rest = setTimeout(change, REST);
		else change();
	}

	#click(document: Document, event: MouseEvent) {
		if (this.#overlay.isHost(event.target) || event.button !== 0 || isOperable(event)) return;
		// The end of a drag that selected text is no click on a token.
		if (document.getSelection()?.isCollapsed === false) return;
		const hit = this.#hit(document, event);
		if (hit) this.#show(hit, this.#open?.spot === hit.spot ? this.#open.token : hit.spot.first, true);
		else this.#close();
	}

	#key(event: KeyboardEvent) {
		if (event.key === 'Escape' && this.#open) {
			event.stopPropagation();
			const focused = this.#overlay.focusIsOn('.card *');
			this.#close();
			if (focused) this.#overlay.find('.legend-box')?.focus({preventScroll: true});
			return;
		}
		if (!this.#overlay.isHost(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
		// In the switch of the scale, arrows choose.
		if (this.#overlay.focusIsOn('input')) return;
		if (event.key === 'ArrowRight') this.#step(1);
		else if (event.key === 'ArrowLeft') this.#step(-1);
		else if (event.key === 'Home') this.#step(-Infinity);
		else if (event.key === 'End') this.#step(Infinity);
	}

	#scroll(event: Event) {
		if (this.#overlay.isHost(event.target) || !this.#open) return;
		if (this.#open.pinned) this.changed();
		else this.#close();
	}

	/** Go to another token of the passage the reader is in; `by` may be infinite, for its ends. */
	#step(by: number) {
		const passage = this.#open?.passage ?? this.#active;
		const found = passage?.paintedFrom(this.#open?.token ?? null, by);
		if (!passage || !found) return;
		bringIntoView(spansOf(found.spot), this.#document);
		this.#show({passage, spot: found.spot}, found.token, true);
	}

	#show(hit: Hit, token: number, pinned: boolean) {
		clearTimeout(this.#rest);
		this.#open = {...hit, token, pinned};
		this.#active = hit.passage;
		for (const [document, canvas] of this.#canvases) {
			canvas.setCurrent(hit.spot.marks.filter(({span}) => span.node.ownerDocument === document));
		}
		this.#draw();
	}

	#close() {
		clearTimeout(this.#rest);
		this.#pointerInside = false;
		if (!this.#open) return;
		this.#open = null;
		for (const canvas of this.#canvases.values()) canvas.setCurrent([]);
		this.#draw();
	}

	#draw() {
		const passage = this.#active;
		if (!passage) return;
		const open = this.#open && this.#open.spot.marks.length > 0 ? this.#open : null;
		const near = passage.map.nodes().next().value ?? null;
		this.#overlay.render(
			<>
				<Legend
					passage={passage}
					passages={this.#passages.size}
					scale={this.#scale}
					folded={this.#folded}
					contested={this.#contested}
					spoken={open?.pinned ? spokenCard(open.passage, open.token) : ''}
					onScale={scale => {
						this.rescale(scale);
						this.#actions.onScale(scale);
					}}
					onFold={() => {
						this.#folded = !this.#folded;
						this.#draw();
					}}
					onStep={by => this.#step(by)}
					onCancel={() => this.#passages.get(passage)?.abort()}
					onRetry={() => {
						passage.restart();
						this.#score(passage);
						this.#draw();
					}}
					onClear={() => this.clear(passage)}
					onClearAll={() => this.clearAll()}
				/>
				{open && (
					<Card
						{...open}
						onStep={by => this.#step(by)}
						onContinue={() => this.#actions.continueFrom(open.passage.textThrough(open.token))}
						onClose={() => this.#close()}
						onPointerInside={inside => {
							this.#pointerInside = inside;
							clearTimeout(this.#rest);
							if (!inside && !this.#open?.pinned) this.#rest = setTimeout(() => this.#close(), REST);
						}}
					/>
				)}
			</>,
			near,
		);
		if (open) this.#overlay.placeBeside('.card', boxesOf(spansOf(open.spot), this.#document));
	}
}
