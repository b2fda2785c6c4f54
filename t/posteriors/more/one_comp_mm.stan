functions {
  real[] f(real t, real[] C, real[] theta, real[] x_r, int[] x_i) {
    real dose = 0;
    real elim = theta[3] / x_r[2] * C[1] / (theta[2] + C[1]);
    real dC[1];
    if (t > 0) dose = exp(-theta[1] * t) * x_r[1] * theta[1] / x_r[2];
    dC[1] = dose - elim;
    return dC;
  }
}
data { real t0; real D; real V; int<lower=1> N; real times[N]; real C_hat[N]; }
transformed data {
  real x_r[2];
  int x_i[0];
  real C0[1];
  x_r[1] = D;
  x_r[2] = V;
  C0[1] = 0;
}
parameters { real<lower=0> k_a; real<lower=0> K_m; real<lower=0> V_m; real<lower=0> sigma; }
transformed parameters {
  real C[N, 1];
  {
    real theta[3];
    theta[1] = k_a;
    theta[2] = K_m;
    theta[3] = V_m;
    C = integrate_ode_bdf(f, C0, t0, times, theta, x_r, x_i);
  }
}
model {
  k_a ~ cauchy(0, 1);
  K_m ~ cauchy(0, 1);
  V_m ~ cauchy(0, 1);
  sigma ~ cauchy(0, 1);
  for (n in 1:N) C_hat[n] ~ lognormal(log(C[n, 1]), sigma);
}
