/** Tables of texts that are measured, by the row where something is wrong. */
export const TABLES = {
	'table-file': ['kind'],
	'table-json': [],
	'table-json-line': ['row'],
	'table-large': ['bytes', 'most'],
	'table-encoding': ['row'],
	'table-quote': ['row'],
	'table-cells': ['row', 'cells', 'columns'],
	'table-rows': ['most'],
	'table-empty': [],
	'table-column': ['column', 'columns'],
	'row-empty': ['row'],
	'row-criterion': ['row'],
	'row-marks': ['row'],
	'row-region': ['row', 'words'],
	'row-right': ['row', 'value'],
	'row-refused': ['row'],
} as const;
