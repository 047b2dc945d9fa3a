/**
 * What ONNX Runtime's WASM build has linked in. The npm package carries no notices, so they are written out here: the
 * libraries of its `cmake/deps.txt` that this build uses (most leave their names in the binary), and the C and C++ library
 * that Emscripten links.
 */
export interface Linked {
	name: string;
	home: string;
	/** SPDX expression. */
	licence: string;
	copyright: string;
	/** Files of `docs/licences/`. */
	texts: readonly string[];
}

const MIT = {licence: 'MIT', texts: ['MIT']};
const APACHE = {licence: 'Apache-2.0', texts: ['Apache-2.0']};
const BSD = {licence: 'BSD-3-Clause', texts: ['BSD-3-Clause-Google']};

export const LINKED: readonly Linked[] = [
	{name: 'Abseil', home: 'https://github.com/abseil/abseil-cpp', copyright: 'Copyright The Abseil Authors', ...APACHE},
	{
		name: 'Boost.Mp11',
		home: 'https://github.com/boostorg/mp11',
		licence: 'BSL-1.0',
		copyright: 'Copyright 2015-2023 Peter Dimov',
		texts: ['BSL-1.0'],
	},
	{
		name: 'date',
		home: 'https://github.com/HowardHinnant/date',
		copyright: 'Copyright (c) 2015-2021 Howard Hinnant and others',
		...MIT,
	},
	{
		name: 'Eigen',
		home: 'https://gitlab.com/libeigen/eigen',
		licence: 'MPL-2.0',
		copyright:
			'Copyright (C) 2008-2024 Gael Guennebaud, Benoit Jacob and others. Its source code is at the address above.',
		texts: ['MPL-2.0'],
	},
	{
		name: 'Emscripten',
		home: 'https://github.com/emscripten-core/emscripten',
		copyright: 'Copyright (c) 2010-2014 Emscripten authors, see AUTHORS file.',
		...MIT,
	},
	{
		name: 'FlatBuffers',
		home: 'https://github.com/google/flatbuffers',
		copyright: 'Copyright 2014-2024 Google Inc.',
		...APACHE,
	},
	{
		name: 'Guidelines Support Library',
		home: 'https://github.com/microsoft/GSL',
		copyright: 'Copyright (c) 2015 Microsoft Corporation. All rights reserved.',
		...MIT,
	},
	{
		name: 'JSON for Modern C++',
		home: 'https://github.com/nlohmann/json',
		copyright: 'Copyright (c) 2013-2023 Niels Lohmann',
		...MIT,
	},
	{
		name: 'libc++, libc++abi and compiler-rt',
		home: 'https://llvm.org',
		licence: 'Apache-2.0 WITH LLVM-exception',
		copyright: 'Copyright (c) 2009-2024 the contributors listed in LLVM’s CREDITS.TXT',
		texts: ['Apache-2.0', 'LLVM-exception'],
	},
	{name: 'musl', home: 'https://musl.libc.org', copyright: 'Copyright © 2005-2020 Rich Felker, et al.', ...MIT},
	{name: 'ONNX', home: 'https://github.com/onnx/onnx', copyright: 'Copyright (c) ONNX Project Contributors', ...APACHE},
	{
		name: 'Protocol Buffers',
		home: 'https://github.com/protocolbuffers/protobuf',
		copyright: 'Copyright 2008 Google Inc. All rights reserved.',
		...BSD,
	},
	{
		name: 'RE2',
		home: 'https://github.com/google/re2',
		copyright: 'Copyright (c) 2009 The RE2 Authors. All rights reserved.',
		...BSD,
	},
	{
		name: 'SafeInt',
		home: 'https://github.com/dcleblanc/SafeInt',
		copyright: 'Copyright (c) 2018 Microsoft',
		...MIT,
	},
];
