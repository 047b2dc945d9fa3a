import {refuse} from '../../errors/refusal.ts';
import {brokenFile} from '../safetensors-header.ts';
import type {Laid} from './forms.ts';
import type {Metadata} from './metadata.ts';

/** What llama.cpp's converter (convert_hf_to_gguf.py) has made of a checkpoint, undone: Hugging Face's config, names and order of rows. */

interface Architecture {
	config(m: Metadata): Record<string, unknown>;
	/** Hugging Face's names: of the tensors that are there once, and of those of each block. */
	names: Readonly<Record<string, string>>;
	block: string;
	blockNames: Readonly<Record<string, string>>;
	laid(name: string, m: Metadata): Laid;
}

const GATED_NAMES = {token_embd: 'model.embed_tokens', output_norm: 'model.norm', output: 'lm_head'};
const GATED_BLOCK = {
	attn_norm: 'input_layernorm',
	attn_q: 'self_attn.q_proj',
	attn_k: 'self_attn.k_proj',
	attn_v: 'self_attn.v_proj',
	attn_output: 'self_attn.o_proj',
	attn_q_norm: 'self_attn.q_norm',
	attn_k_norm: 'self_attn.k_norm',
	ffn_norm: 'post_attention_layernorm',
	ffn_gate: 'mlp.gate_proj',
	ffn_up: 'mlp.up_proj',
	ffn_down: 'mlp.down_proj',
};

const heads = (m: Metadata) => m.needed('attention.head_count');
const keyHeads = (m: Metadata) => m.size('attention.head_count_kv') ?? heads(m);

/** What Hugging Face's families name alike. */
const sizes = (m: Metadata) => ({
	vocab_size: m.shape('token_embd.weight')[0],
	hidden_size: m.needed('embedding_length'),
	num_hidden_layers: m.needed('block_count'),
	num_attention_heads: heads(m),
	intermediate_size: m.needed('feed_forward_length'),
	max_position_embeddings: m.needed('context_length'),
	tie_word_embeddings: !m.has('output.weight'),
});

const gatedConfig = (type: string, m: Metadata) => ({
	...sizes(m),
	model_type: type,
	num_key_value_heads: keyHeads(m),
	head_dim: m.size('attention.key_length') ?? m.needed('embedding_length') / heads(m),
	rms_norm_eps: m.needed('attention.layer_norm_rms_epsilon'),
	rope_theta: m.size('rope.freq_base') ?? 10_000,
	rope_scaling: linearScaling(m),
});

/** Positions that are divided; other scalings are refused. */
function linearScaling(m: Metadata) {
	const name = `${m.architecture}.rope.scaling.type`;
	const kind = m.text(name) ?? 'none';
	if (kind === 'none') return null;
	if (kind !== 'linear') return m.unsupported(name, kind);
	return {rope_type: 'linear', factor: m.needed('rope.scaling.factor')};
}

const gated = (type: string): Architecture => ({
	config: m => ({
		...gatedConfig(type, m),
		...(type !== 'qwen2' && {attention_bias: m.has('blk.0.attn_q.bias')}),
		...(type === 'llama' && {mlp_bias: m.has('blk.0.ffn_up.bias')}),
	}),
	names: GATED_NAMES,
	block: 'model.layers',
	blockNames: GATED_BLOCK,
	laid: (name, m) =>
		type !== 'llama' ? {} : name === 'attn_q' ? {paired: heads(m)} : name === 'attn_k' ? {paired: keyHeads(m)} : {},
});

/** Gemma 3 27B divides by the width of a head that it does not have. */
const GEMMA_27B_LAYERS = 62;

const gemma3: Architecture = {
	config: m => {
		const config = gatedConfig('gemma3_text', m);
		const asked = m.size('final_logit_softcapping') ?? 0;
		if (asked !== 0) m.unsupported('gemma3.final_logit_softcapping', asked);
		return {
			...config,
			sliding_window: m.needed('attention.sliding_window'),
			rope_local_base_freq: m.size('rope.freq_base_swa') ?? 10_000,
			query_pre_attn_scalar:
				config.num_hidden_layers === GEMMA_27B_LAYERS
					? config.hidden_size / config.num_attention_heads
					: config.head_dim,
		};
	},
	names: GATED_NAMES,
	block: 'model.layers',
	blockNames: {
		...GATED_BLOCK,
		post_attention_norm: 'post_attention_layernorm',
		ffn_norm: 'pre_feedforward_layernorm',
		post_ffw_norm: 'post_feedforward_layernorm',
	},
	laid: name => (name.endsWith('norm') ? {added: true} : {}),
};

const TRANSPOSED = ['attn_qkv', 'attn_output', 'ffn_up', 'ffn_down'];

const gpt2: Architecture = {
	config: m => {
		const {vocab_size, hidden_size, num_hidden_layers, num_attention_heads, intermediate_size, ...rest} = sizes(m);
		return {
			model_type: 'gpt2',
			vocab_size,
			n_embd: hidden_size,
			n_layer: num_hidden_layers,
			n_head: num_attention_heads,
			n_inner: intermediate_size,
			n_positions: rest.max_position_embeddings,
			layer_norm_epsilon: m.needed('attention.layer_norm_epsilon'),
			tie_word_embeddings: rest.tie_word_embeddings,
		};
	},
	names: {token_embd: 'wte', position_embd: 'wpe', output_norm: 'ln_f', output: 'lm_head'},
	block: 'h',
	blockNames: {
		attn_norm: 'ln_1',
		attn_qkv: 'attn.c_attn',
		attn_output: 'attn.c_proj',
		ffn_norm: 'ln_2',
		ffn_up: 'mlp.c_fc',
		ffn_down: 'mlp.c_proj',
	},
	laid: name => (TRANSPOSED.includes(name) ? {transposed: true} : {}),
};

const gptneox: Architecture = {
	config: m => ({
		...sizes(m),
		model_type: 'gpt_neox',
		layer_norm_eps: m.needed('attention.layer_norm_epsilon'),
		rotary_pct: m.needed('rope.dimension_count') / (m.needed('embedding_length') / heads(m)),
		rotary_emb_base: m.size('rope.freq_base') ?? 10_000,
		use_parallel_residual: m.flag('gptneox.use_parallel_residual') ?? true,
		attention_bias: m.has('blk.0.attn_qkv.bias'),
	}),
	names: {token_embd: 'embed_in', output_norm: 'final_layer_norm', output: 'embed_out'},
	block: 'layers',
	blockNames: {
		attn_norm: 'input_layernorm',
		attn_qkv: 'attention.query_key_value',
		attn_output: 'attention.dense',
		ffn_norm: 'post_attention_layernorm',
		ffn_up: 'mlp.dense_h_to_4h',
		ffn_down: 'mlp.dense_4h_to_h',
	},
	laid: (name, m) => (name === 'attn_qkv' ? {split: heads(m)} : {}),
};

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
	llama: gated('llama'),
	qwen2: gated('qwen2'),
	qwen3: gated('qwen3'),
	gemma3,
	gpt2,
	gptneox,
};

/** @throws EngineError `bad-model` for another one. */
export function architectureOf({architecture, file}: Metadata): Architecture {
	if (Object.hasOwn(ARCHITECTURES, architecture)) return ARCHITECTURES[architecture];
	const known = Object.keys(ARCHITECTURES);
	throw brokenFile(refuse('gguf-architecture', {file, architecture, known}));
}

/** Hugging Face's name of a tensor, and how it lies; a name that is not known stays. */
export function hubTensor(name: string, architecture: Architecture, m: Metadata): {name: string; laid: Laid} {
	const {block, blockNames, names} = architecture;
	const [, layer, own, suffix] = /^(?:blk\.(\d+)\.)?(\w+)(\.weight|\.bias)$/.exec(name) ?? [];
	const table = layer === undefined ? names : blockNames;
	if (own === undefined || !Object.hasOwn(table, own)) return {name, laid: {}};
	const path = layer === undefined ? '' : `${block}.${layer}.`;
	return {name: path + table[own] + suffix, laid: architecture.laid(own, m)};
}
