package evidence

import (
	"strconv"

	"kommunebilde/domain/evidence"
)

// fact is one of the six that stand over the table: what is not registered says so.
type fact struct{ Name, Value, Rests string }

// facts are for the office.
func (v *view) facts(all []evidence.Item) []fact {
	if v.Cited {
		return nil
	}
	all = Filter{}.Of(all, v.uses, v.Now)
	out := []fact{v.deviations(all), v.newest("supervision", all, func(i evidence.Item) bool {
		return i.Supervision != nil && i.Supervision.State != "planned"
	}), v.robek(all), v.ros(all), v.newest("dialogue", all, func(i evidence.Item) bool {
		return i.Type == evidence.Dialogue || i.Type == evidence.Meeting
	}), v.complaints(all)}
	for i := range out {
		if out[i].Value == "" {
			out[i].Value, out[i].Rests = "–", v.T("evidence.unregistered")
		}
	}
	return out
}

func (v *view) deviations(all []evidence.Item) fact {
	out := fact{Name: v.T("evidence.fact.deviations")}
	n, oldest, held := 0, "", false
	for _, i := range all {
		held = held || i.Supervision != nil
		if open := i.OpenDeviations(); open > 0 {
			n, oldest = n+open, i.Supervision.Day
		}
	}
	switch {
	case n > 0:
		out.Value, out.Rests = strconv.Itoa(n), v.T("evidence.fact.oldest", v.Date(oldest))
	case held:
		out.Value, out.Rests = "0", v.T("evidence.fact.no_open")
	}
	return out
}

// newest is how old the newest of some evidence is.
func (v *view) newest(name string, all []evidence.Item, is func(evidence.Item) bool) fact {
	out := fact{Name: v.T("evidence.fact." + name)}
	for _, i := range all {
		if is(i) {
			out.Value, out.Rests = v.age(i.Effective), v.Date(i.Effective)+", "+v.said(i.Title)
			break
		}
	}
	return out
}

func (v *view) robek(all []evidence.Item) fact {
	out := fact{Name: "ROBEK"}
	for _, i := range all {
		if i.ROBEK == nil {
			continue
		}
		if out.Value, out.Rests = v.T("evidence.fact.no"), v.T("evidence.fact.out", v.Date(i.ROBEK.Out)); i.ROBEK.Out == "" {
			out.Value, out.Rests = v.T("evidence.fact.yes"), v.T("evidence.fact.in", v.Date(i.ROBEK.In))
		}
		break
	}
	return out
}

func (v *view) ros(all []evidence.Item) fact {
	out := v.newest("ros", all, func(i evidence.Item) bool { return i.Type == evidence.ROS })
	for _, i := range all {
		if i.Type == evidence.ROS {
			if i.Period != nil && i.Period.To != "" {
				out.Rests, _ = v.state(i)
			}
			break
		}
	}
	return out
}

func (v *view) complaints(all []evidence.Item) fact {
	out, n, known := fact{Name: v.T("evidence.fact.complaints")}, 0, false
	year := strconv.Itoa(v.Local(v.Now).Year())
	for _, i := range all {
		if i.Type != evidence.Complaint {
			continue
		}
		if !known {
			out.Rests = v.T("evidence.fact.last", v.Date(i.Effective))
		}
		if known = true; i.Effective >= year {
			n++
		}
	}
	if known {
		out.Value = strconv.Itoa(n)
	}
	return out
}
