// How the page for the wall is laid out: two columns, a big number, a picture, one sentence.

const STYLE = `
@page { size: A4 portrait; margin: 0 }
* { box-sizing: border-box }
html, body { margin: 0; background: #fff; color: #1a1f1c }
body { width: 210mm; height: 296mm; padding: 9mm 10mm; overflow: hidden;
  font: 15pt/1.35 'Noto Sans', system-ui, sans-serif; display: flex; flex-direction: column }
h1 { margin: 0 0 4mm; font-size: 25pt; line-height: 1.25 }
ol { flex: 1; min-height: 0; margin: 0; padding: 0; list-style: none; display: grid;
  grid-template: repeat(4, 1fr) / 1fr 1fr; gap: 4mm }
li { display: flex; gap: 4mm; min-height: 0; padding: 2.5mm; border: 0.5mm solid #7c8a83; border-radius: 3mm }
img { height: 100%; aspect-ratio: 360 / 400; border-radius: 2mm; border: 0.3mm solid #7c8a83 }
b { display: block; width: 11mm; height: 11mm; margin-bottom: 2mm; border-radius: 50%; background: #0b7a4b;
  color: #fff; font-size: 20pt; line-height: 11mm; text-align: center }
p { margin: 0; font-weight: 600 }
footer { margin-top: 3mm; font-size: 11pt; color: #5a655f }
`

const SAFE = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const safe = (text) => text.replace(/[&<>"]/g, (letter) => SAFE[letter])

function step({ sentence, picture, sha256, taken }, at) {
  return `<li data-taken="${taken}" data-sha256="${sha256}"><img alt="" src="data:image/png;base64,${picture}">
<div><b>${at + 1}</b><p>${safe(sentence)}</p></div></li>`
}

/** The whole page as one file. */
export function layOut(shop, steps) {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }).format(Date.now())
  return `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Bán hàng trực tiếp với Chốt</title><style>${STYLE}</style></head>
<body><h1>Bán hàng trực tiếp với Chốt</h1>
<ol>
${steps.map(step).join('\n')}
</ol>
<footer>Ảnh chụp ngày ${day} từ cửa hàng mẫu “${safe(shop)}”. Vướng chỗ nào, gọi người giúp cài đặt.</footer>
</body></html>
`
}
