/** What a plain forward pass is changed by: each gets what a block computes at all positions, [T] rows, and returns it changed. */
export interface Hooks<Row> {
	/** What the heads hand on to the projection, side by side. */
	heads?(block: number, rows: Row[]): Row[];
	/** What is added to the residual stream. */
	attention?(block: number, rows: Row[]): Row[];
	mlp?(block: number, rows: Row[]): Row[];
	/** The residual stream after so many blocks. */
	stream?(blocks: number, rows: Row[]): Row[];
}
