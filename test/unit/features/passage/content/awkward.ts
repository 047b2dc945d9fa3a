/** Awkward HTML, and the text that a person sees in it. The passage is everything inside `#x`. */
export interface Case {
	name: string;
	html: string;
	text: string;
	/** Where `innerText`, which the browser computes from its layout, says something else, and why. */
	unlikeInnerText?: string;
	/** Run in the page before the text is read: shadow roots and the like. */
	setUp?: string;
}

export const CASES: Case[] = [
	{name: 'plain', html: '<p id=x>One  two\n\tthree </p>', text: 'One two three'},
	{
		name: 'inline markup',
		html: '<p id=x>un<b>believ</b>able <i> spaces </i> <u> here</u></p>',
		text: 'unbelievable spaces here',
	},
	{
		name: 'nested inline markup with spaces at every edge',
		html: '<p id=x> a <b> b <i> c </i> d </b> e </p>',
		text: 'a b c d e',
	},
	{
		name: 'paragraphs',
		html: '<div id=x><p>One.</p>\n<p>Two.</p>Three.<div>Four.</div></div>',
		text: 'One.\n\nTwo.\n\nThree.\nFour.',
	},
	{
		name: 'headings and lists',
		html: '<div id=x><h2>Head</h2><ul>\n<li>a</li>\n<li>b<ol><li>c</ol></li></ul>tail</div>',
		text: 'Head\na\nb\nc\ntail',
	},
	{
		name: 'line breaks',
		html: '<div id=x>one <br> two<br><br>three<br></div>',
		text: 'one\ntwo\n\nthree',
		unlikeInnerText: 'no break at the end',
	},
	{
		name: 'a break between blocks',
		html: '<div id=x><div>a</div><br><div>b<br></div>c</div>',
		text: 'a\n\nb\nc',
		unlikeInnerText: 'a break at the end of a block is not an empty line',
	},
	{
		name: 'table',
		html: '<table id=x><caption>Cap</caption><thead><tr><th>A</th> <th>B</th></tr></thead>\n<tbody><tr><td>1</td><td></td><td>3</td></tr></tbody></table>',
		text: 'Cap\nA\tB\n1\t\t3',
	},
	{
		name: 'table cells with paragraphs',
		html: '<table id=x><tr><td><p>a</p></td><td><p>b</p><p>c</p></td></tr><tr><td>d</td></tr></table>',
		text: 'a\tb\n\nc\nd',
		unlikeInnerText: 'cells on one row stay on one line',
	},
	{name: 'pre', html: '<pre id=x>\n  if (a)\n\t\treturn  b;\n\n</pre>', text: '  if (a)\n\t\treturn  b;\n\n'},
	{
		name: 'pre among text',
		html: '<div id=x>see <code style="white-space:pre">a  b\n c</code> there<pre>x\n</pre>y</div>',
		text: 'see a  b\n c there\nx\ny',
		unlikeInnerText: 'a newline at the end of pre is not an empty line',
	},
	{name: 'pre-line', html: '<p id=x style="white-space:pre-line">a   b \n  c\n\nd</p>', text: 'a b\nc\n\nd'},
	{name: 'pre-wrap', html: '<p id=x style="white-space:pre-wrap">a   b \n  c</p>', text: 'a   b \n  c'},
	{name: 'nowrap', html: '<p id=x style="white-space:nowrap">a   b \n  c</p>', text: 'a b c'},
	{
		name: 'no-break spaces',
		html: '<p id=x>a&nbsp; &nbsp;b&#8239;c&#12288;d</p>',
		text: 'a\u00a0 \u00a0b\u202fc\u3000d',
	},
	{
		name: 'hidden elements',
		html: '<div id=x>a<span style="display:none"> hidden </span> b<span hidden>hidden</span> <span style="visibility:hidden">no <b style="visibility:visible">yes</b></span></div>',
		text: 'a b yes',
	},
	{
		name: 'scripts, styles and fields',
		html: '<div id=x>a<script>1</script><style>b{}</style><textarea>t</textarea><select><option>o</select><input value=i><noscript>n</noscript><template>t</template><canvas>c</canvas> b</div>',
		text: 'a b',
		unlikeInnerText: 'options are left out',
	},
	{
		name: 'closed details',
		html: '<div id=x><details><summary>sum</summary>loose<p>hidden</p></details>after</div>',
		text: 'sum\nafter',
	},
	{
		name: 'open details',
		html: '<div id=x><details open><summary>sum</summary>loose<p>shown</p></details>after</div>',
		text: 'sum\nloose\n\nshown\n\nafter',
	},
	{
		name: 'content-visibility',
		html: '<div id=x>a<div style="content-visibility:hidden">b</div><div style="content-visibility:auto">c</div></div>',
		text: 'a\nc',
		unlikeInnerText: 'text out of sight can be scrolled to',
	},
	{
		name: 'display: contents',
		html: '<div id=x>a <span style="display:contents"> b <b>c</b></span> d</div>',
		text: 'a b c d',
	},
	{
		name: 'inline-block',
		html: '<p id=x>foo <span style="display:inline-block"> bar <b> baz </b> </span> qux</p>',
		text: 'foo bar baz qux',
	},
	{
		name: 'an empty inline-block between spaces',
		html: '<p id=x>foo <i style="display:inline-block;width:9px"></i> bar</p>',
		text: 'foo bar',
		unlikeInnerText: 'an icon without text is not a second space',
	},
	{
		name: 'blocks in an inline-block',
		html: '<p id=x>a <span style="display:inline-block"><span style="display:block">b</span><span style="display:block">c</span></span> d</p>',
		text: 'a b\nc d',
		unlikeInnerText: 'outside, an inline-block is like a letter',
	},
	{
		name: 'flex and grid',
		html: '<div id=x><div style="display:flex"> <span>a</span> <span>b</span> </div><div style="display:grid"> c <b>d</b></div></div>',
		text: 'a\nb\nc\nd',
	},
	{
		name: 'float and absolute',
		html: '<div id=x>a<span style="float:left">b</span>c<span style="position:absolute">d</span></div>',
		text: 'a\nb\nc\nd',
	},
	{name: 'ruby', html: '<p id=x><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</rt></ruby></p>', text: '漢kan字ji'},
	{name: 'newline between wide characters', html: '<p id=x>日本\n語</p>', text: '日本 語'},
	{
		name: 'text-transform',
		html: '<p id=x style="text-transform:uppercase">straße ﬁ</p>',
		text: 'straße ﬁ',
		unlikeInnerText: 'not applied',
	},
	{
		name: 'soft hyphens',
		html: '<p id=x>Donau&shy;dampf&shy;schiff&#8203;fahrt<wbr>s</p>',
		text: 'Donaudampfschifffahrts',
		unlikeInnerText: 'break hints are dropped',
	},
	{
		name: 'zero-width space swallows a newline',
		html: '<p id=x>a&#8203;\nb c\n&#8203;d</p>',
		text: 'ab cd',
		unlikeInnerText: 'break hints are dropped',
	},
	{name: 'emoji', html: '<p id=x>👩‍👩‍👧‍👦<b>👍🏽</b> 🇺🇳 ❤️ 1️⃣</p>', text: '👩‍👩‍👧‍👦👍🏽 🇺🇳 ❤️ 1️⃣'},
	{
		name: 'a surrogate pair cut by an element',
		html: '<p id=x></p>',
		setUp: "x.append('a\\ud83d'); const b = document.createElement('b'); b.append('\\ude00b'); x.append(b)",
		text: 'a😀b',
	},
	{
		name: 'lone surrogates and NUL',
		html: '<p id=x></p>',
		setUp: "x.append('a\\ud83d b\\0c \\udc00')",
		text: 'a\ud83d b\0c \udc00',
	},
	{name: 'combining marks', html: '<p id=x>e&#x301;<i>&#x323;</i> நி हिन्दी ก็</p>', text: 'e\u0301\u0323 நி हिन्दी ก็'},
	{
		name: 'right to left',
		html: '<p id=x dir=rtl>שלום <bdi>abc</bdi> مرحبا <bdo dir=ltr>אבג</bdo></p>',
		text: 'שלום abc مرحبا אבג',
	},
	{
		name: 'user-select: none',
		html: '<div id=x><span style="user-select:none">12 <i>x</i></span>code</div>',
		text: 'code',
		unlikeInnerText: 'it cannot be highlighted',
	},
	{name: 'comments and CDATA', html: '<p id=x>a<!-- no -->b <!-- --> c</p>', text: 'ab c'},
	{
		name: 'SVG text',
		html: '<div id=x>a <svg width=90 height=20><title>t</title><desc>d</desc><text y=10>in <tspan>svg</tspan></text></svg> b</div>',
		text: 'a\nin svg\nb',
		unlikeInnerText: 'each text is on its own line',
	},
	{
		name: 'MathML',
		html: '<p id=x>so <math><mi>a</mi><mo>+</mo><mn>1</mn></math> holds</p>',
		text: 'so a+1 holds',
		unlikeInnerText: 'a formula stays in its line',
	},
	{
		name: 'buttons and labels',
		html: '<p id=x><label>L <button> B </button></label> after</p>',
		text: 'L B after',
	},
	{
		name: 'first-letter and first-line',
		html: '<style>#x::first-letter{font-size:3em}#x::first-line{color:red}</style><p id=x>Once <b>upon</b></p>',
		text: 'Once upon',
	},
	{
		name: 'narrow column',
		html: '<p id=x style="width:3em"><b>aaaaaa</b> <i>bbbbbb</i> cccccc</p>',
		text: 'aaaaaa bbbbbb cccccc',
	},
	{
		name: 'an open shadow root with slots',
		html: '<div id=x>before <my-card id=host><b slot=t>title</b> body</my-card> after</div>',
		setUp:
			"const r = host.attachShadow({mode: 'open'}); r.innerHTML = '<i>[</i><slot></slot><i>]</i> <slot name=t></slot> <slot name=none>fallback</slot>'",
		text: 'before [ body] title fallback after',
		unlikeInnerText: 'it does not look into shadow trees',
	},
	{
		name: 'nested shadow roots',
		html: '<div id=x>a <o-o id=host></o-o> d</div>',
		setUp:
			"const r = host.attachShadow({mode: 'open'}); r.innerHTML = '<p>b</p><i-i></i-i>'; r.querySelector('i-i').attachShadow({mode: 'open'}).innerHTML = 'c<style>x</style>'",
		text: 'a\n\nb\n\nc d',
		unlikeInnerText: 'it does not look into shadow trees',
	},
	{
		name: 'a same-origin iframe',
		html: '<div id=x>a <iframe id=frame srcdoc="<p>in the <b>frame</b></p>"></iframe> b</div>',
		setUp:
			"await new Promise(done => frame.contentDocument.readyState === 'complete' && frame.contentDocument.querySelector('p') ? done() : frame.addEventListener('load', done, {once: true}))",
		text: 'a\n\nin the frame\n\nb',
		unlikeInnerText: 'it does not look into frames',
	},
	{
		name: 'a frame of another origin',
		html: '<div id=x>a <iframe sandbox srcdoc="<p>no</p>"></iframe> b</div>',
		text: 'a\nb',
		unlikeInnerText: 'a frame is on its own line',
	},
	{
		name: 'an unslotted child',
		html: '<div id=x>a <u-u id=host><b>not shown</b></u-u> b</div>',
		setUp: "host.attachShadow({mode: 'open'}).innerHTML = 'shown'",
		text: 'a shown b',
		unlikeInnerText: 'shadow',
	},
	{name: 'only spaces', html: '<p id=x> \n\t </p>', text: ''},
	{
		name: 'markup in text',
		html: '<p id=x>&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp;</p>',
		text: '<script>alert(1)</script> &amp;',
	},
];
