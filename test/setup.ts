import fc from 'fast-check';

// Looking for a smaller counterexample may take longer than a test has; the one that is known must be told before.
fc.configureGlobal({ interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true });
