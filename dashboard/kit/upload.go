package kit

import (
	"strconv"
	"strings"
)

// Upload appends a form that files are sent by. Without a script it is a file field that
// leads back here with ?fil=SUM for each file that was taken in; upload.ts makes it a list
// of files that are on their way, stored, or refused. endings are those that are taken in,
// megabytes is how large a file may be. The page wants upload.css.
func (p *Page) Upload(w *Builder, endings []string, megabytes int) {
	w.Raw(`<form class="upload" method="post" enctype="multipart/form-data"`).Attr("action", p.Link("/filer"))
	for _, word := range [][2]string{
		{"data-stored", p.T("upload.stored")}, {"data-unchecked", p.T("upload.unchecked")}, {"data-sending", p.T("upload.sending")}, {"data-waiting", p.T("upload.waiting")},
		{"data-refused", p.T("upload.refused")}, {"data-lost", p.T("upload.lost")}, {"data-remove", p.T("upload.remove")}, {"data-stop", p.T("upload.stop")}, {"data-close", p.T("upload.close")},
	} {
		w.Attr(word[0], word[1])
	}
	w.Raw(">")
	p.Hidden(w)
	w.Raw(`<label class="drop"><span>`).Text(p.T("upload.drop")).Raw(` <b>`).Text(p.T("upload.choose")).Raw(`</b></span><span class="meta">`)
	w.Text(p.T("upload.kinds", strconv.Itoa(megabytes))).Raw(`</span><input type="file" name="file" multiple`).Attr("accept", strings.Join(endings, ",")).Raw(`></label>`)
	w.Raw(`<button class="btn" type="submit">`).Text(p.T("upload.send")).Raw(`</button><ul class="sent" aria-live="polite"></ul></form>`)
}
