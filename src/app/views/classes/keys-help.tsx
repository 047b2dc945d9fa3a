import type {Signal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import {type MessageKey, t} from '../../../ui/i18n.ts';
import './keys-help.css';

const KEYS: [keys: string[], does: MessageKey][] = [
	[['1', '9'], 'loop_key_digits'],
	[['Enter'], 'loop_key_enter'],
	[['␣'], 'loop_key_space'],
	[['⌫'], 'loop_key_backspace'],
	[['↑', '↓'], 'loop_key_arrows'],
	[['?'], 'loop_key_help'],
];

/** The keys of the loop, in a dialog that Escape closes. */
export function KeysHelp({open}: {open: Signal<boolean>}) {
	const dialog = useRef<HTMLDialogElement>(null);
	const shown = open.value;
	useEffect(() => {
		if (shown) dialog.current?.showModal();
		else dialog.current?.close();
	}, [shown]);
	if (!shown) return null;
	const close = () => {
		open.value = false;
	};
	return (
		<dialog ref={dialog} class="keys-help" aria-labelledby="keys-title" onClose={close}>
			<h2 id="keys-title">{t('loop_keys')}</h2>
			<dl>
				{KEYS.map(([keys, does]) => (
					<div key={does}>
						<dt>
							{keys.map((key, i) => (
								<>
									{i > 0 && (does === 'loop_key_digits' ? ' – ' : ' ')}
									<kbd key={key}>{key}</kbd>
								</>
							))}
						</dt>
						<dd>{t(does)}</dd>
					</div>
				))}
			</dl>
			<button type="button" class="button" onClick={close}>
				{t('common_dismiss')}
			</button>
		</dialog>
	);
}
