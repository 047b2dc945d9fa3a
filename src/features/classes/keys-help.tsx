import type {Signal} from '@preact/signals';
import {type PlainKey, t} from '../../client/browser/i18n.ts';
import {Dialog} from '../../ui/components/dialog.tsx';
import type {Workspace} from '../prompt/workspace.ts';
import {Words} from './words.tsx';
import './keys-help.css';

/** The label of a key: itself, or a message where languages name the key differently. */
type Key =
	| '1'
	| '9'
	| 'Enter'
	| '↑'
	| '↓'
	| '+'
	| '−'
	| 'x'
	| 'f'
	| '?'
	| 'Shift+F10'
	| 'loop_key_name_space'
	| 'loop_key_name_backspace';

const nameOf = (key: Key) => (key === 'loop_key_name_space' || key === 'loop_key_name_backspace' ? t(key) : key);

const KEYS: [keys: Key[], does: PlainKey][] = [
	[['1', '9'], 'loop_key_digits'],
	[['Enter'], 'loop_key_enter'],
	[['loop_key_name_space'], 'loop_key_space'],
	[['loop_key_name_backspace'], 'loop_key_backspace'],
	[['↑', '↓'], 'loop_key_arrows'],
	[['+', '−'], 'loop_key_push'],
	[['x'], 'loop_key_forbid'],
	[['Shift+F10'], 'loop_key_menu'],
	[['f'], 'loop_key_form'],
	[['?'], 'loop_key_help'],
];

/** The keys of the loop and their effects; a note where they are switched off. */
function KeyList({settings}: {settings: Workspace['settings']}) {
	const on = settings.settings.value.loopKeys;
	return (
		<>
			<dl class="key-list">
				{KEYS.map(([keys, does]) => (
					<div key={does}>
						<dt>
							{keys.map((key, i) => (
								<>
									{i > 0 && (does === 'loop_key_digits' ? ' – ' : ' ')}
									<kbd key={key}>{nameOf(key)}</kbd>
								</>
							))}
						</dt>
						<dd>{t(does)}</dd>
					</div>
				))}
			</dl>
			<p class="quiet small">
				{t(on ? 'loop_keys_off' : 'loop_keys_are_off')}{' '}
				{!on && (
					<button
						type="button"
						class="link"
						onClick={() => settings.save({...settings.settings.peek(), loopKeys: true})}
					>
						{t('loop_keys_switch_on')}
					</button>
				)}
			</p>
		</>
	);
}

interface Props {
	open: Signal<boolean>;
	settings: Workspace['settings'];
}

/** The keys of the loop, and the words that all this uses. */
export function KeysHelp({open, settings}: Props) {
	if (!open.value) return null;
	const close = () => {
		open.value = false;
	};
	return (
		<Dialog class="keys-help" title={t('loop_keys')} done={t('common_dismiss')} onClose={close}>
			<KeyList settings={settings} />
			<h3>{t('popup_words_title')}</h3>
			<Words />
		</Dialog>
	);
}
