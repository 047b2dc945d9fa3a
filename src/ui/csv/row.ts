import Papa from 'papaparse';

/** The cells of one row that `toCsv` wrote, as texts. */
export const cellsOf = (row: string): string[] => Papa.parse<string[]>(row, {delimiter: ','}).data[0] ?? [];
