import type {MessageKey} from '../ui/i18n.ts';

/** Models that are known to work, with the figures to choose among them. */
export interface CatalogueEntry {
	repo: string;
	parameters: number;
	/** Bytes, about: the Hub is asked for the exact figure before anything is fetched. */
	download: number;
	/** Bytes that are kept, and memory that is needed while it runs. */
	stored: number;
	memory: number;
	contextLength: number;
	licence: string;
	about: MessageKey;
}

/** Two models have this shape: one that continues texts, and one that was then trained to answer. */
const SMOLLM2_135M = {
	parameters: 134_515_008,
	download: 165e6,
	stored: 165e6,
	memory: 1_322_557_632,
	contextLength: 8192,
	licence: 'Apache 2.0',
} as const;

/** The GPT-2s of the Hub by size, then other families as their ONNX exports. */
export const CATALOGUE: readonly CatalogueEntry[] = [
	{
		repo: 'distilbert/distilgpt2',
		parameters: 81_912_576,
		download: 353e6,
		stored: 84_834_688,
		memory: 233_197_952,
		contextLength: 1024,
		licence: 'Apache 2.0',
		about: 'models_about_distilgpt2',
	},
	{
		repo: 'openai-community/gpt2',
		parameters: 124_439_808,
		download: 548e6,
		stored: 127_716_288,
		memory: 351_577_024,
		contextLength: 1024,
		licence: 'MIT',
		about: 'models_about_gpt2',
	},
	{
		repo: 'openai-community/gpt2-medium',
		parameters: 354_823_168,
		download: 1520e6,
		stored: 360_058_688,
		memory: 835_577_664,
		contextLength: 1024,
		licence: 'MIT',
		about: 'models_about_gpt2_medium',
	},
	{
		repo: 'openai-community/gpt2-large',
		parameters: 774_030_080,
		download: 3247e6,
		stored: 781_685_248,
		memory: 1_609_525_760,
		contextLength: 1024,
		licence: 'MIT',
		about: 'models_about_gpt2_large',
	},
	{
		repo: 'HuggingFaceTB/SmolLM2-135M',
		...SMOLLM2_135M,
		about: 'models_about_smollm2',
	},
	{
		repo: 'HuggingFaceTB/SmolLM2-135M-Instruct',
		...SMOLLM2_135M,
		about: 'models_about_smollm2_instruct',
	},
	{
		repo: 'HuggingFaceTB/SmolLM2-360M-Instruct',
		parameters: 361_821_120,
		download: 413e6,
		stored: 413e6,
		memory: 2_653_760_192,
		contextLength: 8192,
		licence: 'Apache 2.0',
		about: 'models_about_smollm2_360m',
	},
];
