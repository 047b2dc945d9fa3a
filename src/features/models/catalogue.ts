import type {PlainKey} from '../../client/browser/i18n.ts';

/** Models that are known to work, with the figures to choose among them. */
export interface CatalogueEntry {
	repo: string;
	parameters: number;
	/** Bytes, about: the Hub is asked for the exact figure before anything is fetched. */
	download: number;
	/** Bytes of the weights that are kept, and memory that is needed while it runs. */
	stored: number;
	memory: number;
	contextLength: number;
	licence: string;
	/** How many languages it was trained on, Chinese among them; null for English. */
	languages: number | null;
	about: PlainKey;
	/** Revisions worth looking at; `main` alone where it is left out. */
	revisions?: readonly string[];
}

interface CatalogueGroup {
	title: PlainKey;
	entries: readonly CatalogueEntry[];
}

/** Training steps of a Pythia that are branches of its repository: before the first, after one, after a thousand, after all. */
const PYTHIA_STEPS = ['step0', 'step1', 'step1000', 'step143000'] as const;

const MANY_LANGUAGES: PlainKey = 'models_group_many';

/** By what a person may want. */
export const CATALOGUE: readonly CatalogueGroup[] = [
	{
		title: 'models_group_start',
		entries: [
			{
				repo: 'openai-community/gpt2',
				parameters: 124_439_808,
				download: 548e6,
				stored: 127_716_288,
				memory: 243_421_888,
				contextLength: 1024,
				licence: 'MIT',
				languages: null,
				about: 'models_about_gpt2',
			},
			{
				repo: 'distilbert/distilgpt2',
				parameters: 81_912_576,
				download: 353e6,
				stored: 84_834_688,
				memory: 181_076_096,
				contextLength: 1024,
				licence: 'Apache 2.0',
				languages: null,
				about: 'models_about_distilgpt2',
			},
		],
	},
	{
		title: 'models_group_modern',
		entries: [
			{
				repo: 'HuggingFaceTB/SmolLM2-135M',
				parameters: 134_515_008,
				download: 269e6,
				stored: 135_490_240,
				memory: 279_376_320,
				contextLength: 8192,
				licence: 'Apache 2.0',
				languages: null,
				about: 'models_about_smollm2',
			},
			{
				repo: 'HuggingFaceTB/SmolLM2-135M-Instruct',
				parameters: 134_515_008,
				download: 269e6,
				stored: 135_490_240,
				memory: 279_376_320,
				contextLength: 8192,
				licence: 'Apache 2.0',
				languages: null,
				about: 'models_about_smollm2_instruct',
			},
			{
				repo: 'HuggingFaceTB/SmolLM2-360M',
				parameters: 361_821_120,
				download: 724e6,
				stored: 363_366_080,
				memory: 507_252_160,
				contextLength: 8192,
				licence: 'Apache 2.0',
				languages: null,
				about: 'models_about_smollm2_360m',
			},
			{
				repo: 'HuggingFaceTB/SmolLM2-360M-Instruct',
				parameters: 361_821_120,
				download: 724e6,
				stored: 363_366_080,
				memory: 507_252_160,
				contextLength: 8192,
				licence: 'Apache 2.0',
				languages: null,
				about: 'models_about_smollm2_360m_instruct',
			},
		],
	},
	{
		title: MANY_LANGUAGES,
		entries: [
			{
				repo: 'Qwen/Qwen3-0.6B-Base',
				parameters: 596_049_920,
				download: 1192e6,
				stored: 598_285_056,
				memory: 742_171_136,
				contextLength: 32768,
				licence: 'Apache 2.0',
				languages: 119,
				about: 'models_about_qwen3_base',
			},
			{
				repo: 'Qwen/Qwen3-0.6B',
				parameters: 596_049_920,
				download: 1503e6,
				stored: 598_285_056,
				memory: 742_171_136,
				contextLength: 40960,
				licence: 'Apache 2.0',
				languages: 119,
				about: 'models_about_qwen3',
			},
			{
				repo: 'Qwen/Qwen2.5-0.5B',
				parameters: 494_032_768,
				download: 988e6,
				stored: 496_120_640,
				memory: 640_006_720,
				contextLength: 32768,
				licence: 'Apache 2.0',
				languages: 29,
				about: 'models_about_qwen25',
			},
			{
				repo: 'google/gemma-3-270m',
				parameters: 268_098_176,
				download: 536e6,
				stored: 269_851_136,
				memory: 413_737_216,
				contextLength: 32768,
				licence: 'Gemma',
				languages: 140,
				about: 'models_about_gemma3',
			},
		],
	},
	{
		title: 'models_group_learning',
		entries: [
			{
				repo: 'EleutherAI/pythia-70m',
				parameters: 70_426_624,
				download: 166e6,
				stored: 71_073_344,
				memory: 173_802_816,
				contextLength: 2048,
				licence: 'Apache 2.0',
				languages: null,
				about: 'models_about_pythia',
				revisions: PYTHIA_STEPS,
			},
			{
				repo: 'EleutherAI/pythia-160m',
				parameters: 162_322_944,
				download: 375e6,
				stored: 163_442_240,
				memory: 307_328_320,
				contextLength: 2048,
				licence: 'Apache 2.0',
				languages: null,
				about: 'models_about_pythia_160m',
				revisions: PYTHIA_STEPS,
			},
		],
	},
	{
		title: 'models_group_gpt2',
		entries: [
			{
				repo: 'openai-community/gpt2-medium',
				parameters: 354_823_168,
				download: 1520e6,
				stored: 360_058_688,
				memory: 503_944_768,
				contextLength: 1024,
				licence: 'MIT',
				languages: null,
				about: 'models_about_gpt2_medium',
			},
			{
				repo: 'openai-community/gpt2-large',
				parameters: 774_030_080,
				download: 3247e6,
				stored: 781_685_248,
				memory: 925_571_328,
				contextLength: 1024,
				licence: 'MIT',
				languages: null,
				about: 'models_about_gpt2_large',
			},
			{
				repo: 'openai-community/gpt2-xl',
				parameters: 1_557_611_200,
				download: 6432e6,
				stored: 1_568_574_976,
				memory: 1_712_461_056,
				contextLength: 1024,
				licence: 'MIT',
				languages: null,
				about: 'models_about_gpt2_xl',
			},
		],
	},
];

/** The catalogue for a person: who reads Chinese is offered models that read it first. @param language a tag, as `zh-CN`. */
export const catalogueFor = (language: string): readonly CatalogueGroup[] =>
	language.startsWith('zh')
		? CATALOGUE.toSorted((a, b) => Number(b.title === MANY_LANGUAGES) - Number(a.title === MANY_LANGUAGES))
		: CATALOGUE;

/** What a new user is to begin with: the first of the catalogue in this language, and what people call it. */
export function firstFor(language: string): CatalogueEntry & {name: string} {
	const [entry] = catalogueFor(language)[0].entries;
	return {...entry, name: entry.repo === 'openai-community/gpt2' ? 'GPT-2' : entry.repo.split('/')[1]};
}
