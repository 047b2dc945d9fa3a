import {t} from '../../../client/browser/i18n.ts';
import type {Desk} from '../state/desk.ts';
import {Columns} from './columns.tsx';
import {Measuring} from './measuring.tsx';
import {Out} from './out.tsx';
import {PythonCode} from './python-code.tsx';
import {TextsIn} from './texts-in.tsx';

/** The whole page, in the order in which one works: texts in, columns, measuring, and what comes out. */
export const DeskPage = ({desk}: {desk: Desk}) => (
	<div class="desk">
		<header>
			<h1>{t('desk_title')}</h1>
			<p class="lead quiet">{t('desk_lead')}</p>
		</header>
		<main>
			<TextsIn desk={desk} />
			<Columns desk={desk} />
			<Measuring desk={desk} />
			<Out desk={desk} />
			<PythonCode desk={desk} />
		</main>
	</div>
);
