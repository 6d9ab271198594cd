export { leastBusy, type NumberedReply, WorkerCalls, type WorkerSetup } from './worker-calls.js';
export { type WorkerScript, workerScript } from './worker-script.js';
