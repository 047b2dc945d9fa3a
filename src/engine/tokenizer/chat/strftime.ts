/** A date by Python's `strftime`, in English, as a chat template asks for it. An unknown directive stays as it is. */
export function strftime(date: Date, format: string): string {
	const named = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-US', options).format(date);
	const two = (value: number) => String(value).padStart(2, '0');
	const directives: Record<string, () => string> = {
		Y: () => String(date.getFullYear()),
		y: () => two(date.getFullYear() % 100),
		m: () => two(date.getMonth() + 1),
		d: () => two(date.getDate()),
		b: () => named({month: 'short'}),
		B: () => named({month: 'long'}),
		a: () => named({weekday: 'short'}),
		A: () => named({weekday: 'long'}),
		H: () => two(date.getHours()),
		M: () => two(date.getMinutes()),
		S: () => two(date.getSeconds()),
		'%': () => '%',
	};
	return format.replace(/%(.)/g, (whole, name: string) => directives[name]?.() ?? whole);
}
