import * as v from 'valibot';
import {BUNDLED_ID} from '../../protocol/values/models.ts';
import {type Folder, readStoredJson, writeJson} from './folder.ts';

/** Which of the models answers, kept beside them. */

const FILE = 'active.json';
const Active = v.object({id: v.string()});

/** Id of the model that answers. */
export async function activeModel(folder: Folder): Promise<string> {
	const parsed = v.safeParse(Active, await readStoredJson(folder, FILE));
	return parsed.success ? parsed.output.id : BUNDLED_ID;
}

export const setActiveModel = (folder: Folder, id: string): Promise<void> => writeJson(folder, FILE, {id});
