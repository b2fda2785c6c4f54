-- The posteriors whose reference draws lie in ../shared/data/reference/posteriordb: name there, file of the model here, file of
-- the data there. Data and quantities have the names of the reference, so nothing is mapped. `sample` holds what differs from the
-- usual options.

-- Regressions on predictors that are not centred: coefficients are so much the same that the diagonal metric needs some hundred steps
-- for each draw.
local dense = { metric = "dense" }

return {
  { name = "arK-arK", model = "arK", data = "arK" },
  { name = "earnings-earn_height", model = "earn_height", data = "earnings", sample = dense },
  { name = "earnings-log10earn_height", model = "log10earn_height", data = "earnings", sample = dense },
  { name = "earnings-logearn_height", model = "logearn_height", data = "earnings", sample = dense },
  { name = "earnings-logearn_height_male", model = "logearn_height_male", data = "earnings", sample = dense },
  { name = "eight_schools-eight_schools_noncentered", model = "eight_schools_noncentered", data = "eight_schools" },
  { name = "gp_pois_regr-gp_regr", model = "gp_regr", data = "gp_pois_regr" },
  { name = "hmm_example-hmm_example", model = "hmm_example", data = "hmm_example" },
  { name = "hudson_lynx_hare-lotka_volterra", model = "lotka_volterra", data = "hudson_lynx_hare" },
  { name = "kidiq-kidscore_interaction", model = "kidscore_interaction", data = "kidiq", sample = dense },
  { name = "kidiq-kidscore_momhs", model = "kidscore_momhs", data = "kidiq", sample = dense },
  { name = "kidiq-kidscore_momhsiq", model = "kidscore_momhsiq", data = "kidiq", sample = dense },
  { name = "kidiq-kidscore_momiq", model = "kidscore_momiq", data = "kidiq", sample = dense },
  { name = "kilpisjarvi_mod-kilpisjarvi", model = "kilpisjarvi", data = "kilpisjarvi_mod", sample = dense },
  { name = "low_dim_gauss_mix-low_dim_gauss_mix", model = "low_dim_gauss_mix", data = "low_dim_gauss_mix" },
  { name = "mesquite-logmesquite", model = "logmesquite", data = "mesquite", sample = dense },
  { name = "mesquite-logmesquite_logvolume", model = "logmesquite_logvolume", data = "mesquite", sample = dense },
  { name = "mesquite-mesquite", model = "mesquite", data = "mesquite", sample = dense },
  { name = "nes1972-nes", model = "nes", data = "nes1972", sample = dense },
  { name = "nes1980-nes", model = "nes", data = "nes1980", sample = dense },
  { name = "nes1992-nes", model = "nes", data = "nes1992", sample = dense },
  { name = "nes2000-nes", model = "nes", data = "nes2000", sample = dense },
  { name = "sblri-blr", model = "blr", data = "sblri", sample = dense },
}
