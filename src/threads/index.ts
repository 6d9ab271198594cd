export { type WorkerScript, workerScript } from './worker-script.js';
