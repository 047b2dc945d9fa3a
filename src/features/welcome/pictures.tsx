import {t} from '../../client/browser/i18n.ts';

/** Pictures of the welcome page, drawn in the page's own colours. What they show is said in words beside them. */

/** Selected lines of a page, and the menu that a right-click opens over them. */
export const MenuPicture = () => (
	<svg class="picture" viewBox="0 0 342 122" aria-hidden="true">
		<g class="p-line">
			<rect x="0" y="2" width="300" height="8" rx="2" />
			<rect x="0" y="22" width="64" height="8" rx="2" />
			<rect x="102" y="42" width="198" height="8" rx="2" />
			<rect x="0" y="62" width="112" height="8" rx="2" />
			<rect x="0" y="82" width="104" height="8" rx="2" />
			<rect x="0" y="102" width="112" height="8" rx="2" />
		</g>
		<g class="p-bar">
			<rect x="67" y="17" width="236" height="18" />
			<rect x="-3" y="37" width="102" height="18" />
		</g>
		<g class="p-accent">
			<rect x="70" y="22" width="230" height="8" rx="2" />
			<rect x="0" y="42" width="96" height="8" rx="2" />
		</g>
		<rect class="p-box" x="128.5" y="41.5" width="212" height="80" rx="7" />
		<text x="143" y="58.5">
			{t('common_name')} ▸
		</text>
		<path class="p-rule" d="M129 65.5h211" />
		<rect class="p-bar" x="132" y="69" width="205" height="24" rx="4" />
		<text x="143" y="85.5">
			{t('background_menu_predict')}
		</text>
		<text x="143" y="110">
			{t('background_menu_colour')}
		</text>
		<path class="p-pointer" d="M122 34v19l4.6-4.2 3.2 7.2 3.4-1.6-3.2-7h6.2z" />
	</svg>
);

/** The loop inside a computer. */
export const MachinePicture = () => (
	<svg class="picture" viewBox="0 0 212 122" aria-hidden="true">
		<rect class="p-box" x="26" y="6.5" width="160" height="92" rx="7" />
		<path class="p-box" d="M4 104.500h204l-7 9.500h-190z" />
		<rect class="p-line" x="42" y="24" width="74" height="7" rx="2" />
		<rect class="p-slot" x="120" y="20.500" width="28" height="14" rx="3" />
		<rect class="p-1" x="42" y="48" width="71" height="12" rx="2" />
		<rect class="p-2" x="114" y="48" width="29" height="12" />
		<rect class="p-3" x="144" y="48" width="16" height="12" />
		<rect class="p-4" x="161" y="48" width="9" height="12" rx="2" />
		<path class="p-ink" d="M59 42h2v19h-2zM56 39h8l-4 6z" />
		<g class="p-bar">
			<rect x="42" y="70" width="50" height="7" rx="2" />
			<rect x="42" y="81" width="34" height="7" rx="2" />
		</g>
	</svg>
);
