// The words that belong to no story, in Spanish. The stories themselves are in templates/es/.
import { type Cause, causeKey, type Words } from './words.ts';

const causes: Readonly<Record<string, Cause>> = {
  logged_out: {
    short: 'sesión cerrada',
    long: 'Se cerró la sesión: sigue caído hasta que alguien escanee un nuevo código QR con ese teléfono.',
  },
  logged_out_client: {
    short: 'sesión cerrada en el teléfono',
    long: 'Alguien quitó el dispositivo vinculado en el teléfono: sigue caído hasta que se escanee un nuevo código QR.',
  },
  banned: {
    short: 'bloqueado por WhatsApp',
    long: 'WhatsApp ha bloqueado el número; volver a vincularlo no sirve de nada hasta que WhatsApp levante el bloqueo.',
    blocked: true,
  },
  payment_required: {
    short: 'falta un pago',
    long: 'TimelinesAI pide antes un pago; el número sigue caído hasta que se haga.',
    blocked: true,
  },
  qr_required: { short: 'hay que escanear otro QR', long: 'Sigue caído hasta que alguien escanee un nuevo código QR con ese teléfono.' },
};

export const spanish: Words = {
  locale: 'es-ES',
  look: { critical: 'CRÍTICO', warning: 'AVISO', info: 'INFO', resolved: 'RESUELTO', test: 'PRUEBA' },
  resource: { messages: 'mensajes', 'api-calls': 'llamadas a la API' },
  account: (id) => (id === undefined ? 'un número de WhatsApp' : `número de WhatsApp ${id}`),
  cause: (reason) => {
    const key = causeKey(reason);
    return Object.hasOwn(causes, key) ? causes[key] : undefined;
  },
  ago: (length) => `hace ${length}`,
  justNow: 'ahora mismo',
  fullAbout: (moment) => `se agotan hacia el ${moment}`,
  lastsThePeriod: 'alcanzan hasta que se renueven',
  test: (headline) => `PRUEBA: ${headline}`,
  relay: 'relay',
  foot: {
    because: (route, destination) => `Recibe esto porque la ruta ${route} nombra a ${destination}.`,
    trace: 'Por qué llegó',
    event: 'Evento',
    message: 'Mensaje',
  },
  facts: {
    next: 'Qué hacer',
    instead: 'Llega aquí porque',
    escalation: 'Se le avisa porque',
    late: 'Con retraso',
    unconfirmed: 'Sin confirmar',
    replay: 'Se envía de nuevo porque',
    template: 'Plantilla',
  },
  insteadOf: (names) => `no se pudo avisar por ${names}`,
  escalated: 'nadie de los avisados antes se ha hecho cargo',
  late: (length) => `debía salir ${length} antes, cuando el relay no estaba en marcha`,
  unconfirmed: 'la Partner API no pudo decir si sigue así',
  templateFailed: (file) => `${file} falló, así que se usó el texto incluido`,
};
