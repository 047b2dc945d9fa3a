import {BUNDLED_ID, type StoredModel} from '../../protocol/values/models.ts';

/** The bundled model's entry in the library. A test holds these numbers to the checkpoint in `models/gpt2-mini`. */
export const BUNDLED_MODEL: StoredModel = {
	id: BUNDLED_ID,
	name: BUNDLED_ID,
	source: {kind: 'bundled'},
	date: '',
	bytes: 19_934_143,
	memory: 102_246_464,
	parameters: 17_867_008,
	vocabSize: 50_257,
	contextLength: 1024,
	licence: 'mit',
	downloaded: [],
	damaged: false,
};

/** Bytes of the file with its weights. */
export const BUNDLED_WEIGHTS = 18_981_184;
