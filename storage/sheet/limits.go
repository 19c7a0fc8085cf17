package sheet

// Limits of a file. They are some ten times what a whole edition needs.
const (
	maxPacked   = 10 << 20  // bytes of a file
	maxUnpacked = 50 << 20  // bytes of all parts of an XLSX file
	maxPart     = 5 << 20   // bytes of one of them: a sheet, the shared strings
	maxDepth    = 100       // of nested XML elements
	maxParts    = 2000      // parts of an XLSX file
	maxSheets   = 100       //
	maxCells    = 1_000_000 // in all sheets, empty ones before the last of a row too
	maxValue    = 128 << 10 // bytes of a cell; a spreadsheet takes 32,767 characters
	maxRow      = 20_000    // the last row that may hold something
	maxColumn   = 200       // and the last column
	maxLine     = 64 << 10  // bytes of one row of a CSV file
	maxMerges   = 5_000     // merged ranges of a sheet
	maxTold     = 200       // faults that are told; the rest is counted
	headerRows  = 10        // among which the header is looked for
)
