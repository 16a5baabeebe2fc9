// The words that belong to no story, in Spanish. The stories themselves are in templates/es/.
import { type Cause, type Counts, causeKey, type Words } from './words.ts';

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

const counts: Counts = {
  disconnected: ['número caído', 'números caídos'],
  'messaging-100': ['cuota de mensajes agotada', 'cuotas de mensajes agotadas'],
  'transactions-100': ['cuota de transacciones agotada', 'cuotas de transacciones agotadas'],
  'api-calls-100': ['cuota de API agotada', 'cuotas de API agotadas'],
  'messaging-90': ['cuota de mensajes casi agotada', 'cuotas de mensajes casi agotadas'],
  'seats-full': ['espacio sin plazas libres', 'espacios sin plazas libres'],
  'token-rotated': ['token de API cambiado', 'tokens de API cambiados'],
  connected: ['número conectado', 'números conectados'],
  unknown: ['evento desconocido', 'eventos desconocidos'],
};

export const spanish: Words = {
  locale: 'es-ES',
  look: { critical: 'CRÍTICO', warning: 'AVISO', info: 'INFO', resolved: 'RESUELTO', closed: 'CERRADO', test: 'PRUEBA' },
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
    acknowledge: 'Me encargo',
    list: 'Ver todos',
  },
  several: {
    counts,
    still: {
      ...counts,
      disconnected: ['número sigue caído', 'números siguen caídos'],
      'messaging-100': ['cuota de mensajes sigue agotada', 'cuotas de mensajes siguen agotadas'],
      'transactions-100': ['cuota de transacciones sigue agotada', 'cuotas de transacciones siguen agotadas'],
      'api-calls-100': ['cuota de API sigue agotada', 'cuotas de API siguen agotadas'],
      'messaging-90': ['cuota de mensajes sigue casi agotada', 'cuotas de mensajes siguen casi agotadas'],
      'seats-full': ['espacio sigue sin plazas libres', 'espacios siguen sin plazas libres'],
    },
    any: ['aviso', 'avisos'],
    back: ['número de vuelta', 'números de vuelta'],
    over: ['problema terminado', 'problemas terminados'],
    more: (count) => `y ${count} más`,
    attachedAll: (count) => `La lista completa de ${count} va adjunta`,
    attached: (count) => `y ${count} más; la lista completa va adjunta`,
    since: (moment, clock) => `desde ${clock ? 'las' : 'el'} ${moment}`,
    hours: (from, to) => `de ${from} a ${to}`,
    rate: (count, length) => `${count} en ${length}`,
    all: (id) => `npm run relay -- deliveries --id ${id} los muestra todos`,
  },
  kept: {
    quiet: (hours) => `llegó en las horas de silencio${hours === undefined ? '' : `, ${hours}`}`,
    limit: (rate) => (rate === undefined ? 'llegaron demasiados a la vez' : `llegaron más de ${rate}`),
    digest: () => 'la ruta reúne lo que llega en un solo mensaje',
  },
  reminded: (headline, length) => `${headline}, sigue así tras ${length}`,
  closed: (headline, by, reason) => `${headline}, cerrado por ${by}: ${reason}`,
  closedMeans:
    'No es una recuperación: alguien lo dio por cerrado y puede que siga así. No habrá recordatorios; si empieza de nuevo, se avisará.',
  notTaken: (headline, length) => `${headline}, nadie se ha hecho cargo en ${length}`,
  facts: {
    next: 'Qué hacer',
    instead: 'Llega aquí porque',
    escalation: 'Se le avisa porque',
    late: 'Con retraso',
    replay: 'Se envía de nuevo porque',
    template: 'Plantilla',
    list: 'Todos',
    gone: 'Pasaron ya',
    kept: 'Se avisa ahora porque',
    reminder: 'Recordatorio',
    found: 'Se supo al',
    unconfirmed: 'Sin confirmar',
    closed: 'Cerrado porque',
  },
  gone: (count) => `${count} más, terminados antes de este aviso`,
  asked: 'preguntar a la Partner API, pues no llegó ningún webhook',
  insteadOf: (names) => `no se pudo avisar por ${names}`,
  escalated: 'sigue igual y nadie de los avisados antes lo tiene a su cargo',
  late: (length) => `debía salir ${length} antes, cuando el relay no estaba en marcha`,
  unconfirmed: 'la Partner API no pudo decir si sigue así',
  templateFailed: (file) => `${file} falló, así que se usó el texto incluido`,
};
