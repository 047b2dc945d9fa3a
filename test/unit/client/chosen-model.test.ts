import {expect, test, vi} from 'vitest';
import {chosenModel, onModelChosen} from '../../../src/client/chosen-model.ts';
import {ACTIVE_MODEL_KEY} from '../../../src/protocol/messages/keys.ts';
import {BUNDLED_ID} from '../../../src/protocol/values/models.ts';
import {FakeStorage} from '../../helpers/fake-storage.ts';

test('the bundled model answers until another is chosen, and every page hears of a change alone', async () => {
	const area = new FakeStorage();
	const heard = vi.fn();
	onModelChosen(heard, area);
	expect(await chosenModel(area)).toBe(BUNDLED_ID);
	await area.set({[ACTIVE_MODEL_KEY]: 'a@1'});
	expect(await chosenModel(area)).toBe('a@1');
	expect(heard).toHaveBeenCalledOnce();
	await area.set({[ACTIVE_MODEL_KEY]: 'a@1'});
	await area.set({another: 1});
	expect(heard).toHaveBeenCalledOnce();
	await area.set({[ACTIVE_MODEL_KEY]: BUNDLED_ID});
	expect(heard).toHaveBeenCalledTimes(2);
});
