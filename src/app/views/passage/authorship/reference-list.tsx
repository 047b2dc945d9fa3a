import {count, decimal} from '../../../../ui/format.ts';
import {t} from '../../../../ui/i18n.ts';
import type {References} from './references.ts';

/** What a passage was compared with: sources and licences, the model, settings and seeds. */
export function ReferenceList({references: {model, tokens, settings, human, generated}}: {references: References}) {
	const sources = [...new Set(human.map(({source}) => source))];
	return (
		<details class="small">
			<summary>{t('authorship_sources')}</summary>
			<p>{t('authorship_human_note')}</p>
			<ul class="references">
				{sources.map(source => {
					const own = human.filter(text => text.source === source);
					return (
						<li key={source}>
							{source}, {own[0].licence}
							{own.length > 1 && ` (${count(own.length)})`}
						</li>
					);
				})}
			</ul>
			<p>{t('authorship_generated_note', model, count(tokens))}</p>
			<ul class="references">
				{settings.map((one, i) => {
					const seeds = generated.filter(({settings}) => settings === i).map(({seed}) => count(seed));
					const {temperature, topK, topP} = one;
					return (
						<li key={i}>
							{t('options_temperature')} {decimal(temperature)}
							{topK > 0 && `, ${t('options_topK')} ${count(topK)}`}
							{topP < 1 && `, ${t('options_topP')} ${decimal(topP)}`}
							{': '}
							{t('authorship_seeds', seeds.join(', '))}
						</li>
					);
				})}
			</ul>
			<p>{t('authorship_generated_limits')}</p>
		</details>
	);
}
