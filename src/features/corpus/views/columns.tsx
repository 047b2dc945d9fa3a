import {t} from '../../../client/browser/i18n.ts';
import type {Table} from '../../../ui/csv/table.ts';
import {CRITERIA, type Criterion} from '../measure/items.ts';
import {ALWAYS, columnsOf, DEPENDENT} from '../state/columns.ts';
import type {Desk} from '../state/desk.ts';
import {ROLES, type Role} from '../state/form.ts';

/** Which column of the table is what. */
export function Columns({desk}: {desk: Desk}) {
	const table = desk.input.table.value;
	if (!table || table.kind === 'lines') return null;
	const columns = columnsOf(desk.form.value.columns, table);
	const isAsked = (role: Role) => {
		const other = DEPENDENT.get(role);
		return other === undefined || columns[other] !== '';
	};
	return (
		<section aria-labelledby="columns-title">
			<h2 id="columns-title">{t('desk_columns')}</h2>
			{table.kind === 'cells' && (
				<label class="switch-line">
					<input
						type="checkbox"
						checked={table.hasHeader}
						onChange={event => desk.set({header: event.currentTarget.checked, columns: {}})}
					/>
					<span>{t('desk_header')}</span>
				</label>
			)}
			<div class="fields">
				{ROLES.filter(isAsked).map(role => (
					<Choice key={role} desk={desk} table={table} of={role} />
				))}
				{columns.second !== '' && (
					<label>
						<span>{t('desk_compare')}</span>
						<select
							class="field"
							value={desk.form.value.compare ?? 'text'}
							onChange={event => desk.set({compare: event.currentTarget.value as Criterion})}
						>
							{CRITERIA.map(value => (
								<option key={value} value={value}>
									{t(`desk_compare_${value}`)}
								</option>
							))}
						</select>
					</label>
				)}
			</div>
			<p class="quiet small">{t('desk_columns_help')}</p>
		</section>
	);
}

function Choice({desk, table, of: role}: {desk: Desk; table: Table; of: Role}) {
	const {columns} = desk.form.value;
	const value = columnsOf(columns, table)[role];
	const isAlways = value === ALWAYS.first || value === ALWAYS.second;
	return (
		<label>
			<span>{t(`desk_role_${role}`)}</span>
			<select
				class="field"
				value={value}
				onChange={event => desk.set({columns: {...columns, [role]: event.currentTarget.value}})}
			>
				{role !== 'text' && <option value="">{t(role === 'regionFrom' ? 'desk_marks' : 'desk_none')}</option>}
				{role === 'right' && (
					<>
						<option value={ALWAYS.first}>{t('desk_always_first')}</option>
						<option value={ALWAYS.second}>{t('desk_always_second')}</option>
					</>
				)}
				{value !== '' && !isAlways && !table.columns.includes(value) && (
					<option value={value}>{t('desk_not_there', {column: value})}</option>
				)}
				{table.columns.map(name => (
					<option key={name} value={name}>
						{name}
					</option>
				))}
			</select>
		</label>
	);
}
