import type {StoredModel} from '../../../protocol/values/models.ts';
import {CATALOGUE, type CatalogueEntry} from '../../models/catalogue.ts';

/** Models of which several steps of the training can be had. */
const SERIES = CATALOGUE.flatMap(({entries}) => entries).filter(({revisions}) => revisions !== undefined);

/** How many models stand side by side at most. */
export const MOST_MODELS = 4;

/** A step that is hardly another model than the one before it; it is shown where it is kept. */
const NOT_OFFERED = 'step1';

/** A series of steps, and which of them are kept. */
interface KeptSteps {
	entry: CatalogueEntry;
	/** In the order of the training. */
	kept: StoredModel[];
	/** Those that a reader is offered. */
	missing: string[];
}

function stepsOf(entry: CatalogueEntry, models: readonly StoredModel[]): KeptSteps {
	const find = (revision: string) =>
		models.find(({source}) => source.kind === 'hub' && source.repo === entry.repo && source.revision === revision);
	const {revisions = []} = entry;
	return {
		entry,
		kept: revisions.map(find).filter(model => model !== undefined),
		missing: revisions.filter(revision => revision !== NOT_OFFERED && !find(revision)),
	};
}

/** The series of which most is kept; the first where nothing is. */
export const bestSeries = (models: readonly StoredModel[]): KeptSteps =>
	SERIES.map(entry => stepsOf(entry, models)).reduce((best, one) => (one.kept.length > best.kept.length ? one : best));

/** The models that an address names, or the steps that are kept of a series. */
export function chosenModels(ids: string, models: readonly StoredModel[]): StoredModel[] {
	const named = ids.split(' ').map(id => models.find(model => model.id === id));
	const known = named.filter(model => model !== undefined);
	return (known.length > 0 ? known : bestSeries(models).kept).slice(0, MOST_MODELS);
}
