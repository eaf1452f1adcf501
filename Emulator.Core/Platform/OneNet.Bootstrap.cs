using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    void HandleBootstrap(TimeSpan now, BootstrapEvent bootstrapEvent)
    {
        switch (bootstrapEvent)
        {
            case BootstrapAsked asked:
                if (_context.TryTrigger("bootstrap-fail", asked.Endpoint, out _))
                {
                    _bootstrap.Refuse(now, asked, CoapCode.InternalServerError);
                    _context.Emit(new AccessRefused(now, OneNetPort.Bootstrap, asked.Endpoint, asked.Peer.Address, CoapCode.InternalServerError, "fault bootstrap-fail"));
                    break;
                }
                if (_keys.FindAllowed(forBootstrap: true, asked.Endpoint, asked.AuthCode, asked.Peer, out var refusal) is not { } device)
                {
                    _bootstrap.Refuse(now, asked, CoapCode.Forbidden);
                    _context.Emit(new AccessRefused(now, OneNetPort.Bootstrap, asked.Endpoint, asked.Peer.Address, CoapCode.Forbidden, refusal));
                    break;
                }
                _context.Emit(new BootstrapStarted(now, asked.Endpoint, asked.Peer.Address));
                // Instance 0 is the LwM2M server. The module keeps its bootstrap account itself and refuses any object but 0.
                var missing = _context.TryTrigger("bootstrap-partial", asked.Endpoint, out var partial) ? partial.Text("missing") : "";
                IReadOnlyList<BootstrapWrite> writes = missing == "account" ? [] : [new BootstrapWrite(new ResourcePath(0, 0), _keys.NewAccount(device, asked.Peer).Encode())];
                _bootstrap.Begin(now, asked, writes, finishes: missing != "finish");
                break;
            case BootstrapFinished finished:
                _context.Emit(new BootstrapCompleted(now, finished.Endpoint));
                break;
            case BootstrapFailed failed:
                _context.Emit(new BootstrapAborted(now, failed.Endpoint, failed.Reason, failed.Code));
                break;
        }
    }
}
