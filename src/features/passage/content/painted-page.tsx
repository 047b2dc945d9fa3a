import {effect} from '@preact/signals';
import type {TextMap} from '../../../client/page/text-map/text-map.ts';
import type {Query} from '../../../client/query.ts';
import type {PassageScale} from '../../../protocol/values/passage-scale.ts';
import {boxesOf, bringIntoView} from './highlights/geometry.ts';
import {isOperable, listen} from './highlights/gestures.ts';
import {spansOf, tokenAtPoint} from './highlights/hit-test.ts';
import {OpenCard} from './open-card.ts';
import {Card, spokenCard} from './overlay/card.tsx';
import {Corner} from './overlay/corner.ts';
import {Legend} from './overlay/legend.tsx';
import {Overlay} from './overlay/overlay.tsx';
import {Passage} from './passage.ts';

/** Prefix of the names of our highlights, in every version. */
export const HIGHLIGHT_PREFIX = 'next-token-lens-';

interface Actions {
	/** A way to have a passage scored. */
	createQuery(): Query<'score'>;
	/** Whether something is painted here: the engine stays as long as it is. */
	hold(holds: boolean): void;
	continueFrom(text: string): void;
	/** Show the models that read more than English. */
	openModels(): void;
	/** Whether the extension is still there. */
	isAlive(): boolean;
	/** The scale was switched here. */
	onScale(scale: PassageScale): void;
}

/** All that is painted in one frame, with its legend and card. Listens to the page only while something is painted. */
export class PaintedPage {
	readonly #document: Document;
	readonly #actions: Actions;
	readonly #overlay: Overlay;
	readonly #corner: Corner;
	// A name that no style sheet of a page can know beforehand.
	readonly #prefix = `${HIGHLIGHT_PREFIX}${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
	/** Each with the function that stops watching its state. */
	readonly #passages = new Map<Passage, () => void>();
	#painted = 0;
	readonly #card = new OpenCard(() => {
		this.#active = this.#card.current?.passage ?? this.#active;
		this.#draw();
	});
	#listening = new AbortController();
	readonly #listened = new Set<Document>();
	#scale: PassageScale = 'rank';
	#active: Passage | null = null;
	#folded = true;
	#contested = false;
	#frame = 0;

	constructor(document: Document, actions: Actions) {
		this.#document = document;
		this.#actions = actions;
		this.#overlay = new Overlay(document);
		this.#corner = new Corner(this.#overlay, (x, y) => tokenAtPoint(this.#all, document, x, y) !== null);
	}

	get count() {
		return this.#passages.size;
	}

	get #all() {
		return [...this.#passages.keys()];
	}

	/**
	 * Paint a text of the page as its scores arrive.
	 * @param all reads all of the page, where this text is the article of it.
	 */
	paint(map: TextMap, scale: PassageScale, all: (() => TextMap) | null = null) {
		this.rescale(scale);
		const passage = new Passage({
			map,
			all,
			scale,
			query: this.#actions.createQuery(),
			prefix: `${this.#prefix}-${++this.#painted}-`,
			onGone: () => this.clear(passage),
		});
		// A passage painted over another takes its place.
		for (const other of this.#all) if (other.map.overlaps(map)) this.clear(other);
		const {running, progress, result, error} = passage.query;
		const stopWatching = effect(() => {
			for (const part of [running, result, error]) void part.value;
			if (progress.value?.phase === 'passage') passage.total = progress.value.total;
			this.changed();
		});
		this.#passages.set(passage, stopWatching);
		this.#actions.hold(true);
		this.#active = passage;
		for (const document of [this.#document, ...passage.documents]) this.#listen(document);
		void passage.score();
		this.#draw();
		this.#overlay.takeFocus('.legend-box');
	}

	/** Another model answers: what is painted is scored by it. */
	scoreAgain() {
		this.#card.close();
		for (const passage of this.#all) void passage.score();
	}

	rescale(scale: PassageScale) {
		if (scale === this.#scale) return;
		this.#scale = scale;
		for (const passage of this.#all) passage.rescale(scale);
		this.#draw();
	}

	clear(passage: Passage) {
		this.#card.close(passage);
		this.#passages.get(passage)?.();
		this.#passages.delete(passage);
		passage.dispose();
		if (this.#active === passage) this.#active = this.#all.at(-1) ?? null;
		if (this.#passages.size === 0) this.#leave();
		else this.#draw();
	}

	/** Leave the page as it was. */
	clearAll() {
		for (const passage of this.#all) this.clear(passage);
		this.#leave();
	}

	#leave() {
		this.#card.close();
		cancelAnimationFrame(this.#frame);
		this.#frame = 0;
		this.#folded = true;
		this.#contested = false;
		this.#listening.abort();
		this.#listening = new AbortController();
		this.#listened.clear();
		this.#overlay.remove();
		this.#actions.hold(false);
	}

	/** Something arrived, moved or changed: show it with the next frame. */
	changed() {
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			for (const passage of this.#all) passage.refresh();
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
			pointerout: event => {
				// The pointer has left the page.
				if (event.relatedTarget === null) this.#card.point(null);
			},
			click: event => this.#click(document, event),
			keydown: event => this.#key(event),
			scroll: event => this.#scroll(event),
			resize: () => this.changed(),
		});
	}

	#hit(document: Document, {clientX, clientY}: MouseEvent) {
		for (const passage of this.#all) this.#contested = !passage.restore() || this.#contested;
		return tokenAtPoint(this.#all, document, clientX, clientY);
	}

	#point(document: Document, event: PointerEvent) {
		if (event.pointerType === 'touch') return;
		if (!this.#overlay.isHost(event.target)) this.#card.point(this.#hit(document, event));
		else if (this.#overlay.isUnder('.card', event)) this.#card.keep();
		else this.#card.point(null);
	}

	#click(document: Document, event: MouseEvent) {
		if (this.#overlay.isHost(event.target) || event.button !== 0 || isOperable(event)) return;
		// The end of a drag that selected text is no click on a token.
		if (Document.prototype.getSelection.call(document)?.isCollapsed === false) return;
		const hit = this.#hit(document, event);
		const open = this.#card.current;
		if (hit) this.#card.show(hit, open?.painted === hit.painted ? open.token : hit.painted.first, true);
		else this.#card.close();
	}

	#key(event: KeyboardEvent) {
		if (event.key === 'Escape' && this.#card.current) {
			event.stopPropagation();
			const focused = this.#overlay.focusIsOn('.card *');
			this.#card.close();
			if (focused) this.#overlay.takeFocus('.legend-box');
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
		if (this.#overlay.isHost(event.target)) return;
		if (this.#card.current?.pinned === false) this.#card.close();
		this.changed();
	}

	/** Go to another token of the passage the reader is in; `by` may be infinite, for its ends. */
	#step(by: number) {
		const open = this.#card.current;
		const passage = open?.passage ?? this.#active;
		const found = passage?.paintedFrom(open?.token ?? null, by);
		if (!passage || !found) return;
		bringIntoView(spansOf(found.painted), this.#document);
		this.#card.show({passage, painted: found.painted}, found.token, true);
	}

	#draw() {
		const passage = this.#active;
		if (!passage) return;
		const {current} = this.#card;
		const open = current && current.painted.stretches.length > 0 ? current : null;
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
					onCancel={() => passage.query.cancel()}
					onRetry={() => void passage.score()}
					onAll={() => passage.all && this.paint(passage.all(), this.#scale)}
					onModels={() => this.#actions.openModels()}
					onClear={() => this.clear(passage)}
					onClearAll={() => this.clearAll()}
				/>
				{open && (
					<Card
						{...open}
						onStep={by => this.#step(by)}
						onContinue={text => this.#actions.continueFrom(text)}
						onClose={() => this.#card.close()}
					/>
				)}
			</>,
			{near, tones: passage.tones},
		);
		const boxes = open ? boxesOf(spansOf(open.painted), this.#document) : [];
		this.#corner.choose(boxes);
		if (open) this.#overlay.placeBeside('.card', boxes);
	}
}
