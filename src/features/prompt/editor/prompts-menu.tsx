import {type PlainKey, t} from '../../../client/browser/i18n.ts';
import {Menu} from '../../../ui/components/menu.tsx';
import type {Workspace} from '../workspace.ts';
import './prompts-menu.css';

/** Examples: what the bundled model is seen to do with each, and its text. */
export const TEACHING = [
	['prompts_certain', 'prompts_certain_text'],
	['prompts_open', 'prompts_open_text'],
	['prompts_fact', 'prompts_fact_text'],
	['prompts_agreement', 'prompts_agreement_text'],
	['prompts_code', 'prompts_code_text'],
	['prompts_repetition', 'prompts_repetition_text'],
] as const satisfies [PlainKey, PlainKey][];

/** Other prompts, one click away: examples, and the person's own of this session. */
export function PromptsMenu({app}: {app: Workspace}) {
	const {prompt, recent, turn} = app;
	return (
		<Menu label={t('prompts_menu')} class="prompts-menu">
			{close => {
				const take = (text: string, origin: 'example' | 'typed') => {
					prompt.replace(text, origin);
					turn.offer();
					close();
				};
				const own = recent.texts.value;
				return (
					<>
						<h2>{t('prompts_teaching')}</h2>
						<ul>
							{TEACHING.map(([name, text]) => (
								<li key={name}>
									<button type="button" class="menu-item" onClick={() => take(t(text), 'example')}>
										<span class="quiet small">{t(name)}</span>
										<span class="prompt-sample">{t(text)}</span>
									</button>
								</li>
							))}
						</ul>
						{own.length > 0 && <h2>{t('prompts_recent')}</h2>}
						<ul>
							{own.map(text => (
								<li key={text}>
									<button type="button" class="menu-item" onClick={() => take(text, 'typed')}>
										{/* The end of a prompt tells it apart, and the next class comes there. */}
										<bdi class="prompt-sample">{text.length > SAMPLE ? `…${text.slice(-SAMPLE)}` : text}</bdi>
									</button>
								</li>
							))}
						</ul>
					</>
				);
			}}
		</Menu>
	);
}

/** Characters of a recent prompt that are shown. */
const SAMPLE = 70;
